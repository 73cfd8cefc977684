import type { MailLanguage } from './language.js';
import { groups, type Block, type Letter } from './letter.js';

/**
 * The letter as one HTML page that mail programs draw alike: tables and inline styles for Outlook, a small style sheet
 * for dark mode and narrow screens where it is understood, no pictures and nothing fetched. Every inserted value is
 * escaped here and nowhere else.
 */
export function htmlOf(letter: Letter, language: MailLanguage): string {
  const greeting = letter.greeting ? paragraph(letter.greeting) : '';
  const footer = letter.footer.map(escapeHtml).join('<br>');
  return `<!DOCTYPE html>
<html lang="${language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<title>${escapeHtml(letter.subject)}</title>
${styleSheet}
</head>
<body class="page" style="margin:0;padding:0;background:#f3f5f8;">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all;">${escapeHtml(letter.preview)}${'&#847;&zwnj;&nbsp;'.repeat(30)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f3f5f8;">
<tr><td align="center" style="padding:32px 12px;">
<table role="presentation" class="card" width="560" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:560px;background:#ffffff;border:1px solid #d9dee7;border-radius:12px;">
<tr><td class="text pad" lang="${language}" style="padding:32px 32px 24px;font-family:${fonts[language]};font-size:16px;line-height:1.65;color:#1b2430;">
<h1 class="text" style="margin:0 0 20px;font-size:21px;line-height:1.4;font-weight:600;color:#1b2430;">${escapeHtml(letter.subject)}</h1>
${greeting}${letter.body.map(htmlOfBlock).join('\n')}
</td></tr>
<tr><td class="quiet rule pad" style="padding:16px 32px 24px;border-top:1px solid #d9dee7;font-family:${fonts[language]};font-size:13px;line-height:1.6;color:#56617a;">${footer}</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

function htmlOfBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return paragraph(block.text);
    case 'code':
      return codeBox(block.label, spacedGroups(block.digits));
    case 'words':
      return codeBox(block.label, escapeHtml(block.words));
    case 'facts':
      return `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px;">${block.rows.map(factRow).join('')}</table>`;
    case 'link':
      return `${paragraph(block.why)}${button(block.label, block.href)}`;
  }
}

const paragraph = (text: string): string => `<p style="margin:0 0 16px;">${escapeHtml(text)}</p>`;

/** The groups are set apart by space that is not a character, so that copying gives digits only. */
function spacedGroups(digits: string): string {
  const [first = '', ...rest] = groups(digits).map(escapeHtml);
  return [first, ...rest.map((group) => `<span style="padding-left:14px;">${group}</span>`)].join('');
}

/** @param shown markup */
function codeBox(label: string, shown: string): string {
  return `<table role="presentation" class="box" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px;background:#eef2fb;border-radius:8px;">
<tr><td align="center" style="padding:18px 12px;">
<div class="quiet" style="font-size:13px;color:#56617a;">${escapeHtml(label)}</div>
<div class="code" style="font-family:'SF Mono',Consolas,Menlo,'Courier New',monospace;font-size:30px;line-height:1.5;font-weight:700;letter-spacing:3px;color:#14316f;white-space:nowrap;">${shown}</div>
</td></tr></table>`;
}

const factRow = ([name, value]: readonly [string, string]): string =>
  `<tr><td class="quiet" valign="top" style="padding:2px 16px 2px 0;white-space:nowrap;color:#56617a;">${escapeHtml(name)}</td><td valign="top" style="padding:2px 0;">${escapeHtml(value)}</td></tr>`;

const button = (label: string, href: string): string =>
  `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 12px;"><tr><td class="button" bgcolor="#1d4ed8" style="border-radius:8px;"><a class="button" href="${escapeHtml(href)}" style="display:inline-block;border-radius:8px;padding:12px 22px;font-weight:600;color:#ffffff;text-decoration:none;">${escapeHtml(label)}</a></td></tr></table>
<p class="quiet" style="margin:0 0 16px;font-size:13px;word-break:break-all;color:#56617a;">${escapeHtml(href)}</p>`;

export function escapeHtml(value: string): string {
  return value.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const fonts: Record<MailLanguage, string> = {
  en: "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif",
  ja: "-apple-system,'Hiragino Sans','Yu Gothic UI','Noto Sans JP',Meiryo,sans-serif",
};

const styleSheet = `<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #12161d !important; }
  .card { background: #1c222c !important; border-color: #364152 !important; }
  .text { color: #e8ecf3 !important; }
  .quiet { color: #a9b4c6 !important; }
  .rule { border-color: #364152 !important; }
  .box { background: #222d45 !important; }
  .code { color: #c7d7ff !important; }
  .button { background: #3b6cf0 !important; color: #ffffff !important; }
}
@media (max-width: 420px) { .pad { padding-left: 20px !important; padding-right: 20px !important; } .code { font-size: 26px !important; } }
</style>`;
