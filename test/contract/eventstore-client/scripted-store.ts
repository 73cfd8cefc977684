import grpc from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import service from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq, BatchAppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';

interface Entry {
  readonly position: string;
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly metadata: [string, string][];
  readonly custom: Uint8Array;
  readonly data: Uint8Array;
}

/** How the next append is treated; then the store is honest again. */
export type AppendFault =
  /** neither written nor answered */
  | 'ignore'
  /** written, never answered */
  | 'lose-answer'
  /** written, answered when `releaseAnswers` is called */
  | 'answer-later'
  /** not written, and the whole stream of appends ends without an error */
  | 'end-stream'
  /** not written, and the whole stream of appends fails as unavailable */
  | 'fail-stream'
  /** written, and then the whole stream fails before the answer */
  | 'fail-stream-after-commit';

/**
 * An event store of the protocol, in memory, which misbehaves on request. The honest parts hold what the real server
 * promises: explicit expected revisions, idempotent repetition, order, checkpoints, "caught up".
 */
export class ScriptedStore {
  readonly log: Entry[] = [];
  readonly faults: AppendFault[] = [];
  /** number of append requests that arrived, faulty ones included */
  appends = 0;
  /** number of streams of appends opened */
  calls = 0;
  reads = 0;
  subscriptions = 0;
  /** never answers a read */
  muteReads = false;
  #server: grpc.Server | undefined;
  #port: number;
  #late: (() => void)[] = [];
  #followers = new Set<() => void>();

  constructor(port = 0) {
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  async start(): Promise<this> {
    const server = new grpc.Server();
    server.addService(featuresService.ServerFeaturesService as never, {
      getSupportedMethods: this.#getSupportedMethods,
    });
    server.addService(service.StreamsService as never, { read: this.#read, batchAppend: this.#batchAppend });
    this.#port = await new Promise<number>((done, failed) =>
      server.bindAsync(`127.0.0.1:${this.#port}`, grpc.ServerCredentials.createInsecure(), (error, port) =>
        error ? failed(error) : done(port),
      ),
    );
    this.#server = server;
    return this;
  }

  /** Cuts every connection; the log stays for the next start on the same port. */
  stop(): void {
    this.#followers.clear();
    this.#server?.forceShutdown();
    this.#server = undefined;
  }

  releaseAnswers(): void {
    for (const answer of this.#late.splice(0)) answer();
  }

  ofStream(stream: string): Entry[] {
    return this.log.filter((entry) => entry.stream === stream);
  }

  #getSupportedMethods = (
    _call: unknown,
    answer: grpc.sendUnaryData<InstanceType<typeof features.SupportedMethods>>,
  ): void => {
    const method = new features.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    method.setMethodName('batchappend');
    const supported = new features.SupportedMethods();
    supported.setEventStoreServerVersion('23.10.0');
    supported.addMethods(method);
    answer(null, supported);
  };

  #batchAppend = (call: grpc.ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    this.calls++;
    const partial = new Map<string, BatchAppendReq[]>();
    call.on('data', (request: BatchAppendReq) => {
      const id = request.getCorrelationId()!.getString();
      const parts = [...(partial.get(id) ?? []), request];
      if (!request.getIsFinal()) return partial.set(id, parts);
      partial.delete(id);
      this.appends++;
      return this.#appendScripted(call, parts);
    });
    call.on('error', () => undefined);
    call.on('end', () => call.end());
  };

  #appendScripted(call: grpc.ServerDuplexStream<BatchAppendReq, BatchAppendResp>, parts: BatchAppendReq[]): void {
    const fault = this.faults.shift();
    const unavailable = Object.assign(new Error('scripted'), { code: grpc.status.UNAVAILABLE });
    if (fault === 'ignore') return;
    if (fault === 'end-stream') return void call.end();
    if (fault === 'fail-stream') return void call.emit('error', unavailable);
    const answer = this.#append(parts);
    if (fault === 'lose-answer') return;
    if (fault === 'fail-stream-after-commit') return void call.emit('error', unavailable);
    if (fault === 'answer-later') return void this.#late.push(() => call.write(answer));
    call.write(answer);
  }

  #append(parts: BatchAppendReq[]): BatchAppendResp {
    const options = parts[0]!.getOptions()!;
    const stream = Buffer.from(options.getStreamIdentifier()!.getStreamName_asU8()).toString();
    const existing = this.ofStream(stream);
    const head = BigInt(existing.length) - 1n;
    const expected = options.hasNoStream()
      ? -1n
      : options.hasStreamPosition()
        ? BigInt(options.getStreamPosition())
        : head;
    const proposed = parts.flatMap((part) => part.getProposedMessagesList());
    const answer = new streams.BatchAppendResp();
    answer.setCorrelationId(parts[0]!.getCorrelationId());
    answer.setStreamIdentifier(options.getStreamIdentifier());
    const there = existing.slice(Number(expected) + 1, Number(expected) + 1 + proposed.length);
    const repeated =
      there.length === proposed.length && proposed.every((event, n) => event.getId()!.getString() === there[n]!.id);
    if (expected !== head && !repeated) {
      const wrong = new shared.WrongExpectedVersion();
      if (head >= 0n) wrong.setCurrentStreamRevision(String(head));
      else wrong.setCurrentNoStream(new shared.Empty() as never);
      if (expected >= 0n) wrong.setExpectedStreamPosition(String(expected));
      else wrong.setExpectedNoStream(new shared.Empty() as never);
      const details = new any.Any();
      details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
      const error = new status.Status();
      error.setDetails(details);
      answer.setError(error);
      return answer;
    }
    if (!repeated) {
      proposed.forEach((event, n) =>
        this.log.push({
          position: String(this.log.length * 100),
          id: event.getId()!.getString(),
          stream,
          revision: head + 1n + BigInt(n),
          metadata: event.getMetadataMap().toArray() as [string, string][],
          custom: event.getCustomMetadata_asU8(),
          data: event.getData_asU8(),
        }),
      );
      for (const follow of this.#followers) follow();
    }
    const success = new streams.BatchAppendResp.Success();
    const last = this.ofStream(stream)[Number(expected) + proposed.length]!;
    success.setCurrentRevision(String(last.revision));
    const position = new shared.AllStreamPosition();
    position.setCommitPosition(last.position);
    position.setPreparePosition(last.position);
    success.setPosition(position);
    answer.setSuccess(success);
    return answer;
  }

  #read = (call: grpc.ServerWritableStream<ReadReq, ReadResp>): void => {
    this.reads++;
    if (this.muteReads) return;
    const options = call.request.getOptions()!;
    if (options.hasSubscription()) return this.#follow(call);
    const backwards = options.getReadDirection() === 1;
    const limit = Number(options.getCount());
    if (options.hasStream()) {
      const asked = options.getStream()!;
      const stream = Buffer.from(asked.getStreamIdentifier()!.getStreamName_asU8()).toString();
      const all = this.ofStream(stream);
      if (all.length === 0) {
        const missing = new streams.ReadResp.StreamNotFound();
        missing.setStreamIdentifier(asked.getStreamIdentifier());
        const answer = new streams.ReadResp();
        answer.setStreamNotFound(missing);
        call.write(answer);
        return void call.end();
      }
      const at = asked.hasRevision() ? Number(asked.getRevision()) : undefined;
      const found = backwards ? all.slice(0, (at ?? all.length) + 1).reverse() : all.slice(at ?? 0);
      for (const entry of found.slice(0, limit)) call.write(this.#readResponse(entry));
      return void call.end();
    }
    const asked = options.getAll()!;
    const at = asked.hasPosition() ? indexOf(asked.getPosition()!.getCommitPosition()) : undefined;
    const found = backwards ? this.log.slice(0, at ?? this.log.length).reverse() : this.log.slice(at ?? 0);
    for (const entry of found.slice(0, limit)) call.write(this.#readResponse(entry));
    call.end();
  };

  #follow(call: grpc.ServerWritableStream<ReadReq, ReadResp>): void {
    this.subscriptions++;
    const options = call.request.getOptions()!;
    const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList();
    const asked = options.getAll()!;
    let next = asked.hasPosition() ? indexOf(asked.getPosition()!.getCommitPosition()) + 1 : 0;
    let caughtUp = false;
    const confirmation = new streams.ReadResp();
    confirmation.setConfirmation(new streams.ReadResp.SubscriptionConfirmation());
    call.write(confirmation);
    const pump = (): void => {
      let skipped: Entry | undefined;
      for (; next < this.log.length; next++) {
        const entry = this.log[next]!;
        skipped = prefixes && !prefixes.some((prefix) => entry.stream.startsWith(prefix)) ? entry : undefined;
        if (!skipped) call.write(this.#readResponse(entry));
      }
      if (skipped) {
        const checkpoint = new streams.ReadResp.Checkpoint();
        checkpoint.setCommitPosition(skipped.position);
        checkpoint.setPreparePosition(skipped.position);
        const answer = new streams.ReadResp();
        answer.setCheckpoint(checkpoint);
        call.write(answer);
      }
      if (!caughtUp) {
        caughtUp = true;
        const answer = new streams.ReadResp();
        answer.setCaughtUp(new streams.ReadResp.CaughtUp());
        call.write(answer);
      }
    };
    this.#followers.add(pump);
    call.on('cancelled', () => this.#followers.delete(pump));
    call.on('close', () => this.#followers.delete(pump));
    pump();
  }

  #readResponse(entry: Entry): ReadResp {
    const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
    const id = new shared.UUID();
    id.setString(entry.id);
    recorded.setId(id);
    const name = new shared.StreamIdentifier();
    name.setStreamName(Buffer.from(entry.stream));
    recorded.setStreamIdentifier(name);
    recorded.setStreamRevision(String(entry.revision));
    recorded.setCommitPosition(entry.position);
    recorded.setPreparePosition(entry.position);
    for (const [key, value] of entry.metadata) recorded.getMetadataMap().set(key, value);
    recorded.getMetadataMap().set('created', String(BigInt(Date.now()) * 10_000n));
    recorded.setCustomMetadata(entry.custom);
    recorded.setData(entry.data);
    const event = new streams.ReadResp.ReadEvent();
    event.setEvent(recorded);
    event.setCommitPosition(entry.position);
    const answer = new streams.ReadResp();
    answer.setEvent(event);
    return answer;
  }
}

const indexOf = (position: string): number => Number(position) / 100;
