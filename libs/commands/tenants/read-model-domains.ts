import { tenantByDomain } from '#libs/readmodels/tenants';
import type { ReadModels } from '#libs/readmodels/rows';
import { TenantDomains } from './tenant-domains.js';

/** A found domain stays with its tenant, so it is asked for once a minute at most; an unknown one is asked for anew. */
const rememberedMs = 60_000;

/** Whatever else was typed after the @ is nobody's, and not worth a question. */
const possible = /^[\p{L}\p{M}\p{N}.-]{1,253}$/u;

export class ReadModelDomains extends TenantDomains {
  readonly #found = new Map<string, { tenantId: string; until: number }>();

  constructor(private readonly db: ReadModels) {
    super();
  }

  async tenantOf(domain: string): Promise<string | undefined> {
    if (!possible.test(domain)) return undefined;
    const known = this.#found.get(domain);
    if (known && performance.now() < known.until) return known.tenantId;
    const row = await tenantByDomain(this.db, domain);
    if (row) this.#found.set(domain, { tenantId: row.tenant_id, until: performance.now() + rememberedMs });
    return row?.tenant_id;
  }
}
