/** Which tenant a verified domain belongs to: answered by a read model, so it may lag behind by a moment. */
export abstract class TenantDomains {
  abstract tenantOf(domain: string): Promise<string | undefined>;
}
