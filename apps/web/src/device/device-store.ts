/** One account this device answers for. Its private key can sign, and be read by nobody, this page included. */
export interface PairedAccount {
  readonly deviceId: string;
  readonly organisation: string;
  readonly username: string;
  readonly key: CryptoKey;
}

/** Keys live in the browser's own database, which keeps them without ever showing them. */
export const deviceStore = {
  all: (): Promise<PairedAccount[]> => request('readonly', (accounts) => accounts.getAll()),
  keep: (account: PairedAccount): Promise<unknown> => request('readwrite', (accounts) => accounts.put(account)),
  forget: (deviceId: string): Promise<unknown> => request('readwrite', (accounts) => accounts.delete(deviceId)),
};

async function request<T>(mode: IDBTransactionMode, ask: (accounts: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    return await answered(ask(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  const opening = indexedDB.open('keyturn-device', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'deviceId' });
  return answered(opening);
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database gave no answer'));
  });
}

const STORE = 'accounts';
