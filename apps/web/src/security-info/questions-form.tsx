import { useEffect, useId, useState, type FormEvent } from 'react';
import { hasCode } from '../api/problem.js';
import { useAction } from '../api/use-action.js';
import { useLanguage } from '../messages/language.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { Notice } from '../ui/notice.js';
import { StepHeading } from '../ui/step-heading.js';
import { ChangeFailure } from './change-failure.js';
import { securityInfo, type Answer, type OwnMethods, type QuestionChoice } from './security-info-api.js';
import { useSecurityMessages } from './messages.js';

interface Props {
  onDone: (view: OwnMethods) => void;
  onCancel: () => void;
}

/** Chooses questions and answers them; what is chosen once is offered nowhere else. */
export function QuestionsForm({ onDone, onCancel }: Props) {
  const { t, language } = useLanguage();
  const security = useSecurityMessages();
  const words = security.questions;
  const [choice, setChoice] = useState<QuestionChoice>();
  const [rows, setRows] = useState<Answer[]>([]);
  const [attempt, setAttempt] = useState(0);
  const load = useAction(() => securityInfo.questions());
  const save = useAction(securityInfo.registerQuestions);

  useEffect(() => {
    void load.run(undefined).then((loaded) => {
      if (!loaded) return;
      setChoice(loaded);
      setRows((now) => (now.length > 0 ? now : Array.from({ length: loaded.toRegister }, () => ({ ...empty }))));
    });
  }, [language]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setAttempt(attempt + 1);
    if (rows.some(({ questionId, answer }) => questionId === '' || answer.trim() === '')) return;
    const view = await save.run(rows);
    if (view) onDone(view);
  }

  const change = (n: number, part: Partial<Answer>) => {
    setRows(rows.map((row, place) => (place === n ? { ...row, ...part } : row)));
    save.clear();
  };
  const unfit = hasCode(save.failure, 'answers-unfit') ? words.unfit[save.failure.details.why ?? ''] : undefined;
  return (
    <form noValidate onSubmit={submit}>
      <StepHeading eyebrow={security.title} title={words.title} />
      {choice && <p className="lead">{words.intro(choice.toRegister)}</p>}
      {unfit ? <Notice kind="error">{unfit}</Notice> : <ChangeFailure failure={save.failure ?? load.failure} />}
      {choice &&
        rows.map((row, n) => (
          <QuestionRow
            key={n}
            n={n + 1}
            row={row}
            questions={choice.questions.filter(
              ({ questionId }) => questionId === row.questionId || !rows.some((one) => one.questionId === questionId),
            )}
            missing={attempt > 0}
            onChange={(part) => change(n, part)}
          />
        ))}
      {choice && rows.length < choice.most && (
        <p className="aside">
          <Button look="plain" onClick={() => setRows([...rows, { ...empty }])}>
            {words.another}
          </Button>
        </p>
      )}
      <div className="actions">
        <Button look="primary" type="submit" busy={save.busy}>
          {words.submit}
        </Button>
        <Button onClick={onCancel}>{t.cancel}</Button>
      </div>
    </form>
  );
}

interface RowProps {
  n: number;
  row: Answer;
  questions: QuestionChoice['questions'];
  missing: boolean;
  onChange: (part: Partial<Answer>) => void;
}

function QuestionRow({ n, row, questions, missing, onChange }: RowProps) {
  const { t } = useLanguage();
  const security = useSecurityMessages();
  const words = security.questions;
  const id = useId();
  const noQuestion = missing && row.questionId === '';
  return (
    <fieldset className="question">
      <legend className="visually-hidden">{words.question(n)}</legend>
      <div className="field">
        <label htmlFor={id}>{words.question(n)}</label>
        <select
          id={id}
          value={row.questionId}
          aria-invalid={noQuestion || undefined}
          onChange={(event) => onChange({ questionId: event.target.value })}
        >
          <option value="">{words.choose}</option>
          {questions.map(({ questionId, text }) => (
            <option key={questionId} value={questionId}>
              {text}
            </option>
          ))}
        </select>
      </div>
      <Field
        label={words.answer(n)}
        value={row.answer}
        onChange={(answer) => onChange({ answer })}
        error={missing && (noQuestion || row.answer.trim() === '') ? t.required : undefined}
        autoComplete="off"
        spellCheck={false}
      />
    </fieldset>
  );
}

const empty: Answer = { questionId: '', answer: '' };
