import { operatorAccess } from '#libs/runtime/operator-access';
import type { Any } from './journey';
import type { Product } from './product';

export interface StoredEvent {
  readonly stream: string;
  /** decimal */
  readonly revision: string;
  readonly type: string;
  readonly data: Any;
  readonly metadata: Any;
}

/** The whole log of a running product, as its operator's backup has it. */
export async function storedEvents({ dataDir }: Product): Promise<StoredEvent[]> {
  const access = await operatorAccess(dataDir);
  const response = await fetch(`${access!.url}/api/v1/operations/backup`, {
    headers: { authorization: `Bearer ${access!.token}` },
  });
  const lines = (await response.text()).trimEnd().split('\n');
  return lines.flatMap((line) => (JSON.parse(line) as { event?: StoredEvent }).event ?? []);
}
