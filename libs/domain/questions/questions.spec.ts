import { presets } from '../tenant/policy.js';
import { normalisedAnswer, refuseUnfitAnswers } from './answers.js';
import { predefinedNames, predefinedQuestions } from './predefined-questions.js';

const rules = { ...presets.entra.questions, toRegister: 3 };
const known = ['one', 'two', 'three', 'four', 'five', 'six'];
const answered = (...answers: string[]) => answers.map((answer, n) => ({ questionId: known[n]!, answer }));

function whyUnfit(answers: readonly { questionId: string; answer: string }[]): unknown {
  try {
    refuseUnfitAnswers(answers, rules, known);
    return undefined;
  } catch (error) {
    return (error as { details: { why: string } }).details.why;
  }
}

describe('security questions', () => {
  it('are 35, each in two languages, all different', () => {
    expect(predefinedNames).toHaveLength(35);
    for (const language of ['en', 'ja'] as const) {
      const texts = predefinedNames.map((name) => predefinedQuestions[name][language]);
      expect(new Set(texts).size).toBe(35);
      for (const text of texts) expect(text).toMatch(language === 'ja' ? /？$/ : /\?$/);
    }
  });

  it('are answered alike in any width, case and spacing', () => {
    expect(normalisedAnswer('  Ｂｌｕｅ　ＯＮＥ ')).toBe(normalisedAnswer('blue one'));
    expect(normalisedAnswer('ﾄｳｷｮｳ')).toBe('トウキョウ');
  });

  it.each([
    ['enough different answers', answered('red', 'green', 'blue'), undefined],
    ['five of them', answered('red', 'green', 'blue', 'white', 'black'), undefined],
    ['too few', answered('red', 'green'), 'count'],
    ['too many', answered('red', 'green', 'blue', 'white', 'black', 'grey'), 'count'],
    ['the same answer twice', answered('red', 'green', 'ＲＥＤ'), 'answer-twice'],
    ['one that is too short', answered('red', 'green', ' a b '), 'answer-length'],
    ['one that is too long', answered('red', 'green', 'x'.repeat(41)), 'answer-length'],
    ['the longest there may be', answered('red', 'green', '長'.repeat(40)), undefined],
    ['a question twice', [...answered('red', 'green'), { questionId: 'one', answer: 'blue' }], 'question-twice'],
    ['a question nobody asks', [...answered('red', 'green'), { questionId: 'x', answer: 'blue' }], 'unknown-question'],
  ])('may be registered with %s or not', (_, answers, why) => expect(whyUnfit(answers)).toBe(why));
});
