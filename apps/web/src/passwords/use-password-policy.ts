import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import type { PasswordPolicy } from '../api/contract.js';

/** The rules that hold for the bearer of this token; undefined until they are known. */
export function usePasswordPolicy(token: string | undefined): PasswordPolicy | undefined {
  const [policy, setPolicy] = useState<PasswordPolicy>();
  useEffect(() => {
    let wanted = true;
    api.passwordPolicy(token).then(
      (found) => wanted && setPolicy(found),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [token]);
  return policy;
}
