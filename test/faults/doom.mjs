// What a process dies of: preloaded (NODE_OPTIONS=--import) by those of a test that shall end at a named point.
import { readFileSync, rmSync } from 'node:fs';

const file = process.env.KEYTURN_TEST_DOOM;

/** @returns `kill`, `lose` or `pause` when this is the point that the test named; a point is named for one time */
function fateAt(point) {
  let wish;
  try {
    wish = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  if (wish.point !== point) return undefined;
  rmSync(file);
  return wish.fate;
}

const forever = () => new Promise(() => {});

async function meet(point) {
  switch (fateAt(point)) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return forever();
    case 'pause':
      // Goes on where it stood when it is told to.
      process.kill(process.pid, 'SIGSTOP');
      return undefined;
    case 'lose':
      throw new Error(`the answer was lost: ${point}`);
    default:
      return undefined;
  }
}

/**
 * Makes the moments before a call begins and after it is done, before anybody hears, points of their own.
 * @param named what the call is about, from its owner and its arguments; nothing when it is not meant
 */
export function doomed(owner, method, named) {
  const original = owner[method];
  owner[method] = async function (...given) {
    const names = named(this, given);
    for (const name of names) await meet(`before ${name}`);
    const result = await original.apply(this, given);
    for (const name of names) await meet(`after ${name}`);
    return result;
  };
}
