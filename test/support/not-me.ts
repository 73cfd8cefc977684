import { codeIn, eventually, type Person } from './journey';

/** The link of a security notice. @param subject part of the notice's subject */
export async function notMeLink(person: Person, address: string, subject: string): Promise<string> {
  return eventually(async () => {
    const mail = (await person.mails(address)).find((one) => one.subject.includes(subject));
    return mail && /https?:\/\/\S+#\S+/.exec(mail.text)?.[0];
  });
}

export const tokenOf = (link: string): string => link.slice(link.indexOf('#') + 1);

/** The code of the newest mail that carries one. */
export const mailedCode = (person: Person, address: string): Promise<string> =>
  eventually(async () => (await person.mails(address)).map(codeIn).find((code) => code !== undefined));
