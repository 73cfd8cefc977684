import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { OperatorError } from './operations.js';

/**
 * Asks for secrets without showing what is typed; where nobody can type, standard input gives one a line.
 * @returns the answers in the order of the questions
 */
export async function askSecretly(questions: readonly string[], input: NodeJS.ReadStream = process.stdin) {
  const answers = input.isTTY ? await typed(questions, input) : await piped(input);
  if (answers.length < questions.length) {
    throw new OperatorError(`Standard input has to give, one a line: ${questions.join(', ')}.`);
  }
  return answers;
}

async function typed(questions: readonly string[], input: NodeJS.ReadStream): Promise<string[]> {
  const answers: string[] = [];
  for (const question of questions) {
    process.stderr.write(`${question}: `);
    answers.push(await unseen(input).finally(() => process.stderr.write('\n')));
  }
  return answers;
}

/** The terminal is in raw mode meanwhile; what it would echo goes nowhere. */
function unseen(input: NodeJS.ReadStream): Promise<string> {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  return new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    lines.once('close', () => reject(new OperatorError('Nothing was read.')));
  }).finally(() => lines.close());
}

async function piped(input: NodeJS.ReadStream): Promise<string[]> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) text += String(chunk);
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}
