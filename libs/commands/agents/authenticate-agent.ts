import { createPublicKey, verify } from 'node:crypto';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { agent, type AgentState } from '#libs/domain/agent/agent';
import { RuleViolation } from '#libs/domain/decider';
import { minutes, seconds } from '#libs/domain/time';
import { EventStore } from '#libs/eventstore/event-store';
import { load } from '#libs/eventstore/execute';
import { Clock } from '#libs/runtime/clock';
import { RateLimiter } from '#libs/runtime/rate-limiter';
import { readSignature, type SignedMessage } from '../devices/message-signature.js';
import { VouchedKeys } from './vouched-keys.js';

/** Which agent signed this request. */
export class AuthenticateAgent extends Query<AgentState> {
  constructor(readonly message: SignedMessage) {
    super();
  }
}

/** How far an agent's clock may be off, in milliseconds. */
const toleranceMs = seconds(60);
/** A nonce is remembered for longer than its request could still be taken. */
const nonce = { limit: 1, windowMs: minutes(3) };

@QueryHandler(AuthenticateAgent)
export class AuthenticateAgentHandler implements IQueryHandler<AuthenticateAgent> {
  constructor(
    private readonly store: EventStore,
    private readonly keys: VouchedKeys,
    private readonly limiter: RateLimiter,
    private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation agent-invalid with the platform's time, whatever is wrong */
  async execute({ message }: AuthenticateAgent): Promise<AgentState> {
    const signature = readSignature(message);
    const now = this.clock.now();
    const refused = new RuleViolation('agent-invalid', { now: now.toISOString() });
    if (signature?.algorithm !== 'ed25519' || !isId.test(signature.keyId)) throw refused;
    if (Math.abs(signature.created * 1000 - now.getTime()) > toleranceMs) throw refused;
    const { state } = await load(this.store, agent, signature.keyId);
    if (state.phase !== 'enrolled' || !state.identityKey) throw refused;
    if (!(await this.keys.isVouched(state, 'identity', state.identityKey))) throw refused;
    if (!signed(state.identityKey.key, signature.base, signature.bytes)) throw refused;
    // Only after the signature: a stranger cannot fill the memory of nonces.
    if (!(await this.limiter.hit(`nonce:${state.agentId}:${signature.nonce}`, nonce)).allowed) throw refused;
    return state;
  }
}

const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function signed(x: string, base: string, signature: Buffer): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, Buffer.from(base), key, signature);
}
