import { v5 as uuidv5 } from 'uuid';
import type { CommandContext } from '#libs/eventstore/execute';

/** A command that writes to one stream twice does so in named steps, each repeated by itself after a crash. */
export const step = (context: CommandContext, name: string): CommandContext => ({
  ...context,
  commandId: derivedId(context.commandId, name),
});

/** The same id from the same id, ever. */
export const derivedId = (id: string, ...names: readonly string[]): string => uuidv5(names.join('/'), id);
