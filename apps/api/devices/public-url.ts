/** Where people reach the portal: the only origin that links are made of. */
export class PublicUrl {
  constructor(private readonly url: URL) {}

  get origin(): string {
    return this.url.origin;
  }
}
