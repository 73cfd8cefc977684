import { useMessages } from './messages/language.js';
import { Link } from './routing.js';
import { Page } from './ui/page.js';
import { StepHeading } from './ui/step-heading.js';

export function NotFoundPage() {
  const t = useMessages();
  return (
    <Page>
      <div className="flow">
        <StepHeading title={t.notFound.title} />
        <p>
          <Link to="/">{t.notFound.toSignIn}</Link>
        </p>
      </div>
    </Page>
  );
}
