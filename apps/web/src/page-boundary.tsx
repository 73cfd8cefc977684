import { Component, type ReactNode } from 'react';
import { useMessages } from './messages/language.js';
import { Button } from './ui/button.js';
import { Notice } from './ui/notice.js';
import { Page } from './ui/page.js';
import { StepHeading } from './ui/step-heading.js';

/** Stands where a page could not be shown: its part of the program did not arrive, or is of another release. */
export class PageBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <FailedPage /> : this.props.children;
  }
}

function FailedPage() {
  const t = useMessages();
  return (
    <Page>
      <div className="flow">
        <StepHeading title={t.failure.pageUnavailable} />
        <Notice kind="error">{t.failure.pageRetry}</Notice>
        <div className="actions">
          <Button look="primary" onClick={() => location.reload()}>
            {t.retry}
          </Button>
        </div>
      </div>
    </Page>
  );
}
