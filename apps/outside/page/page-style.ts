export const pageStyle = `
:root { color-scheme: light dark; --ground: #f3f5f8; --card: #fff; --ink: #1b2430; --quiet: #56617a; --line: #d9dee7; --accent: #1d4ed8; --chosen: #e6edfd; }
@media (prefers-color-scheme: dark) { :root { --ground: #12161d; --card: #1c222c; --ink: #e8ecf3; --quiet: #a9b4c6; --line: #364152; --accent: #9db8ff; --chosen: #26324d; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem 1.25rem 3rem; background: var(--ground); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", "Hiragino Sans", "Yu Gothic UI", "Noto Sans JP", Meiryo, sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
#main:focus { outline: none; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; align-items: baseline; }
h1 { font-size: 1.35rem; margin: .5rem 0; }
h1 a { color: inherit; text-decoration: none; }
h2 { font-size: 1.05rem; margin: 1rem 0 .5rem; }
h3 { font-size: .95rem; margin: 1.5rem 0 .5rem; color: var(--quiet); }
.intro, .none { color: var(--quiet); margin: 0; }
.intro { flex-basis: 100%; }
.columns { display: grid; grid-template-columns: minmax(18rem, 1fr) 3fr; gap: 0 2rem; }
ul, ol { list-style: none; margin: 0; padding: 0; }
nav a { display: flex; justify-content: space-between; gap: .75rem; padding: .45rem .75rem; border-radius: 8px; color: var(--ink); text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { background: var(--card); }
nav a[aria-current] { background: var(--chosen); font-weight: 600; }
.count { color: var(--quiet); font-variant-numeric: tabular-nums; }
.mails, .mail { background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.mails li + li { border-top: 1px solid var(--line); }
.mails a { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .75rem 1.1rem; color: inherit; text-decoration: none; }
.mails a:hover .subject { text-decoration: underline; }
.subject { font-weight: 600; grid-column: 1 / -1; overflow-wrap: anywhere; }
.to, time { color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
#arrived:empty { display: none; }
#arrived { color: var(--accent); margin: 0 0 .5rem; }
.mail { padding: .75rem 1.5rem 1.5rem; margin-top: 1rem; }
dl { margin: 0; }
dl div { display: flex; gap: 1rem; }
dt { color: var(--quiet); flex: none; width: 7rem; }
dd { margin: 0; overflow-wrap: anywhere; }
iframe { width: 100%; height: 44rem; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--ground); padding: 1rem; border-radius: 8px; margin: 0; font: .9rem/1.6 ui-monospace, Menlo, Consolas, monospace; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .6rem .75rem; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th .to { font-weight: 400; }
.answer { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; margin: .75rem 0; }
.answer p { flex-basis: 100%; margin: 0; color: var(--quiet); }
.answer input, .answer button { font: inherit; padding: .45rem .75rem; border: 1px solid var(--quiet); border-radius: 8px; background: var(--card); color: var(--ink); }
@media (max-width: 44rem) { .columns { grid-template-columns: 1fr; } dl div { flex-direction: column; gap: 0; } .mail { padding: .5rem 1rem 1rem; } }
`;
