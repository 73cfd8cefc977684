// Points of a writeback at which the product, or one role of it, can be told to end.
import { Queue } from 'bullmq';
import { EventStore } from '#libs/eventstore/event-store';
import { Vault } from '#libs/vault/vault';
import { doomed } from './doom.mjs';

doomed(EventStore.prototype, 'append', (_store, [_stream, _expected, events]) => events.map(({ type }) => type));
doomed(Vault.prototype, 'seal', (_vault, [{ place }]) => (place === 'account/sealed-password' ? ['sealing'] : []));
doomed(Queue.prototype, 'add', ({ name }) => (name === 'writeback' ? ['queueing'] : []));
