import { lazy, Suspense } from 'react';
import { BrandingProvider } from './branding/branding.js';
import { LanguageProvider } from './messages/language.js';
import { NotFoundPage } from './not-found-page.js';
import { NotMePage } from './not-me/not-me-page.js';
import { PageBoundary } from './page-boundary.js';
import { ResetPage } from './reset/reset-page.js';
import { usePath } from './routing.js';
import { SignInPage } from './sign-in/sign-in-page.js';

/** Who only wants back in loads signing in and resetting; every other page comes when it is opened. */
const ActivityPage = lazy(() => import('./activity/activity-page.js'));
const AgentsPage = lazy(() => import('./agents/agents-page.js'));
const DevicePage = lazy(() => import('./device/device-page.js'));
const HelpdeskPage = lazy(() => import('./helpdesk/helpdesk-page.js'));
const PolicyPage = lazy(() => import('./admin/policy-page.js'));
const SecurityInfoPage = lazy(() => import('./security-info/security-info-page.js'));

export function App() {
  return (
    <LanguageProvider>
      <BrandingProvider>
        <Page />
      </BrandingProvider>
    </LanguageProvider>
  );
}

function Page() {
  const path = usePath();
  return (
    <PageBoundary key={path}>
      <Suspense>{pageAt(path)}</Suspense>
    </PageBoundary>
  );
}

function pageAt(path: string) {
  switch (path) {
    case '/':
      return <SignInPage />;
    case '/reset':
      return <ResetPage />;
    case '/device':
      return <DevicePage />;
    case '/security-info':
      return <SecurityInfoPage />;
    case '/activity':
      return <ActivityPage />;
    case '/not-me':
      return <NotMePage />;
    case '/helpdesk':
      return <HelpdeskPage />;
    case '/admin/agents':
      return <AgentsPage />;
    case '/admin/policy':
      return <PolicyPage />;
    default:
      return <NotFoundPage />;
  }
}
