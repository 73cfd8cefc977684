import { useMessages } from '../messages/language.js';
import { Link } from '../routing.js';

const everyRole: readonly string[] = [
  'global-administrator',
  'authentication-administrator',
  'helpdesk',
  'auditor',
  'analyst',
  'ops',
];

/** The pages of administration, and who may see them. */
const pages = [
  { to: '/admin/policy', name: 'policy', roles: everyRole },
  { to: '/admin/agents', name: 'agents', roles: everyRole.filter((role) => role !== 'analyst') },
  {
    to: '/helpdesk',
    name: 'helpdesk',
    roles: ['global-administrator', 'authentication-administrator', 'helpdesk'],
  },
] as const;

export const pagesFor = (roles: readonly string[]): readonly (typeof pages)[number][] =>
  pages.filter((page) => page.roles.some((role) => roles.includes(role)));

/** The way between the pages of administration that somebody may see. */
export function AdministrationPages({ roles, here }: { roles: readonly string[]; here: string }) {
  const t = useMessages().signIn;
  const open = pagesFor(roles);
  if (open.length < 2) return null;
  return (
    <nav className="administration" aria-label={t.administration}>
      <ul>
        {open.map(({ to, name }) => (
          <li key={to}>
            <Link to={to} aria-current={to === here ? 'page' : undefined}>
              {name === 'agents' ? t.agentsShort : t[name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
