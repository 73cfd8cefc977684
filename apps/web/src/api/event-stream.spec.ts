import { dataOf } from './event-stream.js';

async function* chunks(...parts: string[]): AsyncGenerator<string> {
  yield* parts;
}
async function read(...parts: string[]): Promise<string[]> {
  const all: string[] = [];
  for await (const data of dataOf(chunks(...parts))) all.push(data);
  return all;
}

describe('server-sent events', () => {
  it('gives the data of each event, however it is cut', async () => {
    expect(await read('event: view\nda', 'ta: {"a":', '1}\n', '\ndata: 2\n\n')).toEqual(['{"a":1}', '2']);
  });
  it('understands every line end, also one cut in half', async () => {
    expect(await read('data: 1\r', '\n\r\ndata: 2\r\rdata: 3\n\n')).toEqual(['1', '2', '3']);
  });
  it('joins lines of data, drops one leading space and ignores comments', async () => {
    expect(await read(': still here\n\ndata:  a\ndata:b\n\n')).toEqual([' a\nb']);
  });
  it('gives nothing of an event that never ended', async () => {
    expect(await read('data: 1\n\ndata: 2\n')).toEqual(['1']);
  });
});
