import { lazy, Suspense } from 'react';
import { BrandingProvider } from './branding/branding.js';
import { DevicePage } from './device/device-page.js';
import { LanguageProvider } from './messages/language.js';
import { NotFoundPage } from './not-found-page.js';
import { NotMePage } from './not-me/not-me-page.js';
import { ResetPage } from './reset/reset-page.js';
import { usePath } from './routing.js';
import { SecurityInfoPage } from './security-info/security-info-page.js';
import { SignInPage } from './sign-in/sign-in-page.js';

/** Administration has its own chunk: who only wants back in does not load it. */
const PolicyPage = lazy(() => import('./admin/policy-page.js'));

export function App() {
  return (
    <LanguageProvider>
      <BrandingProvider>
        <Suspense>
          <Page />
        </Suspense>
      </BrandingProvider>
    </LanguageProvider>
  );
}

function Page() {
  switch (usePath()) {
    case '/':
      return <SignInPage />;
    case '/reset':
      return <ResetPage />;
    case '/device':
      return <DevicePage />;
    case '/security-info':
      return <SecurityInfoPage />;
    case '/not-me':
      return <NotMePage />;
    case '/admin/policy':
      return <PolicyPage />;
    default:
      return <NotFoundPage />;
  }
}
