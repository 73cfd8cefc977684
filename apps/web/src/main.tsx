import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { takePairingCode } from './device/pairing-code.js';
import { takeNotMeToken } from './not-me/token.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/controls.css';
import './styles/feedback.css';
import './styles/progress.css';
import './styles/captcha.css';
import './styles/code.css';
import './styles/new-password.css';
import './styles/endings.css';
import './styles/helpdesk-contact.css';

takeNotMeToken();
takePairingCode();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
