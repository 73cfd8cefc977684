/** The number of dots never tells how long the hidden part is. */
const hidden = '•••••';

/** `cloud.user@contoso.home.example` → `c•••••@contoso.home.example`, or `c•••••` when the domain is hidden too. */
export function maskEmail(address: string, hideDomain: boolean): string {
  const [first = ''] = address;
  const domain = address.slice(address.lastIndexOf('@'));
  return `${first}${hidden}${hideDomain ? '' : domain}`;
}

/** `+81 9000000001` → `+81 •••••01`, or `•••••01` when the country is hidden too. */
export function maskPhone(number: string, hideCountry: boolean): string {
  const country = /^\+\d+(?= )/.exec(number)?.[0];
  return `${country && !hideCountry ? `${country} ` : ''}${hidden}${number.slice(-2)}`;
}
