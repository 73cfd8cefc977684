type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Switches of Node's that would let anybody pass for the directory, or for Keyturn, whose key is pinned at enrolment; or that
 * would write down what travels.
 * @returns a sentence for each, saying what to do
 */
export function refusedSwitches(env: Environment, given: readonly string[] = process.execArgv): string[] {
  const { NODE_TLS_REJECT_UNAUTHORIZED: verify, NODE_OPTIONS = '', NODE_DEBUG = '' } = env;
  const options = [NODE_OPTIONS, ...given].join(' ');
  const authority = 'name the authority in LDAP_CA_FILE and NODE_EXTRA_CA_CERTS instead.';
  return [
    ...(verify === '0' ? [`NODE_TLS_REJECT_UNAUTHORIZED=0 trusts every certificate: unset it, and ${authority}`] : []),
    ...(/--tls-min-v1\.[01]\b/.test(options)
      ? ['NODE_OPTIONS allows TLS before 1.2: remove --tls-min-v1.0 and 1.1.']
      : []),
    ...(/--tls-keylog\b/.test(options)
      ? ['NODE_OPTIONS writes down the keys of every connection: remove --tls-keylog.']
      : []),
    ...(speaks(NODE_DEBUG, 'ldapts')
      ? ['NODE_DEBUG lets the LDAP client print what it sends, passwords too: unset it.']
      : []),
  ];
}

/** As node:util's debuglog reads it: sections separated by commas, `*` for anything. */
const speaks = (sections: string, section: string): boolean =>
  sections
    .split(',')
    .map((one) =>
      one
        .trim()
        .replaceAll(/[^\w*-]/g, '\\$&')
        .replaceAll('*', '.*'),
    )
    .some((pattern) => pattern !== '' && new RegExp(`^${pattern}$`, 'i').test(section));

/** Whether a proxy is named that Node does not ask, because it has to be told to. */
export const proxyUnused = (env: Environment): boolean =>
  Boolean(env.HTTPS_PROXY || env.https_proxy) && env.NODE_USE_ENV_PROXY !== '1';
