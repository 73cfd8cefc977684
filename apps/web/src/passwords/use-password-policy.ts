import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import type { PasswordPolicy } from '../api/contract.js';
import { DEFAULT_POLICY } from './rules.js';

/** The rules that hold for the bearer of this token; the product's default until they are known. */
export function usePasswordPolicy(token: string): PasswordPolicy {
  const [policy, setPolicy] = useState(DEFAULT_POLICY);
  useEffect(() => {
    let wanted = true;
    api.passwordPolicy(token).then(
      (found) => wanted && setPolicy({ ...DEFAULT_POLICY, ...found }),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [token]);
  return policy;
}
