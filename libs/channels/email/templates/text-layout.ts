import { groups, type Block, type Letter } from './letter.js';

/** The letter as plain text: paragraphs apart, links in full on a line of their own. */
export function textOf(letter: Letter): string {
  const greeting = letter.greeting ? [letter.greeting] : [];
  return [...greeting, ...letter.body.map(textOfBlock), `-- \n${letter.footer.join('\n')}`].join('\n\n') + '\n';
}

function textOfBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.text;
    case 'code':
      return `${block.label}\n\n    ${groups(block.digits).join(' ')}`;
    case 'words':
      return `${block.label}\n\n    ${block.words}`;
    case 'facts':
      return block.rows.map(([name, value]) => `${name}: ${value}`).join('\n');
    case 'link':
      return `${block.why}\n${block.href}`;
  }
}
