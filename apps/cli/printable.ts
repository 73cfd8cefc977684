/** Browsers, reasons and names are as somebody wrote them: nothing of them may steer the terminal. */
export const printable = (text: string): string => text.replace(/\p{C}/gu, '\ufffd');
