import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { takePairingCode } from './device/pairing-code.js';
import { takeNotMeToken } from './not-me/token.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import './styles/steps.css';
import './styles/admin.css';

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
