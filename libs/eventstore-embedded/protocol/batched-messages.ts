import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/**
 * Lets a streaming handler write an array of encoded messages at once. They stay separate messages on the wire, but
 * HTTP/2 sees them together and fills its frames, instead of waiting for each to leave before it gets the next.
 */
export const batchedMessages: ServerInterceptor = (method, call) =>
  method.responseStream ? new BatchedCall(call) : new ServerInterceptingCall(call);

class BatchedCall extends ServerInterceptingCall {
  override sendMessage(messages: unknown, callback: () => void): void {
    const batch = messages as Buffer[];
    for (let index = 0; index < batch.length - 1; index++) super.sendMessage(batch[index], ignore);
    super.sendMessage(batch.at(-1), callback);
  }
}

const ignore = (): void => {};
