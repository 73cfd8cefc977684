import type { Language } from '../account/lifecycle.js';

/**
 * Questions whose answers last, have many possible answers and stand in no profile, as far as questions can. The names
 * are stored: they never change their meaning.
 */
export const predefinedQuestions = {
  'first-concert': {
    en: 'Who played at the first concert you went to?',
    ja: '初めて行ったコンサートの出演者は誰でしたか？',
  },
  'first-film-cinema': {
    en: 'What was the first film you saw in a cinema?',
    ja: '映画館で初めて観た映画の題名は何ですか？',
  },
  'first-teacher': { en: 'What was the name of your first teacher?', ja: '最初の担任の先生のお名前は何ですか？' },
  'disliked-subject': {
    en: 'Which school subject did you dislike most?',
    ja: '学生時代に一番苦手だった科目は何ですか？',
  },
  'first-pet': { en: 'What was the name of your first pet?', ja: '初めて飼ったペットの名前は何ですか？' },
  'pet-you-wanted': {
    en: 'Which animal did you want to keep as a child but never got?',
    ja: '子どもの頃に飼いたくても飼えなかった動物は何ですか？',
  },
  'childhood-street': {
    en: 'What was the name of the street you played in as a child?',
    ja: '子どもの頃によく遊んだ通りや場所の名前は何ですか？',
  },
  'childhood-friend': {
    en: 'What was the nickname of your best friend at the age of ten?',
    ja: '10 歳の頃に一番仲の良かった友だちのあだ名は何ですか？',
  },
  'childhood-dream': { en: 'What did you want to become as a child?', ja: '子どもの頃になりたかった職業は何ですか？' },
  'childhood-hero': {
    en: 'Which character in a story did you admire as a child?',
    ja: '子どもの頃に憧れていた物語の登場人物は誰ですか？',
  },
  'childhood-food': {
    en: 'Which food did you refuse to eat as a child?',
    ja: '子どもの頃にどうしても食べられなかったものは何ですか？',
  },
  'childhood-toy': {
    en: 'What was your favourite toy or stuffed animal called?',
    ja: '一番のお気に入りだったおもちゃやぬいぐるみの名前は何ですか？',
  },
  'first-book': {
    en: 'Which was the first book you read to the end by yourself?',
    ja: '初めて自分で最後まで読んだ本の題名は何ですか？',
  },
  'first-record': {
    en: 'Which was the first album or song you bought?',
    ja: '初めて自分で買ったアルバムや曲の題名は何ですか？',
  },
  'first-game': { en: 'Which was the first video game you finished?', ja: '初めてクリアしたゲームの題名は何ですか？' },
  'first-flight': { en: 'Where did your first flight take you?', ja: '初めて飛行機で行った場所はどこですか？' },
  'first-sea': { en: 'Where did you see the sea for the first time?', ja: '初めて海を見た場所はどこですか？' },
  'first-job-boss': {
    en: 'What was the family name of your first boss?',
    ja: '初めての仕事の上司の名字は何ですか？',
  },
  'first-wage': { en: 'What did you buy with your first wage?', ja: '初めての給料で買ったものは何ですか？' },
  'first-car': { en: 'Which car did you learn to drive in?', ja: '運転を習ったときの車種は何ですか？' },
  'first-bicycle': { en: 'What colour was your first bicycle?', ja: '初めて乗った自転車は何色でしたか？' },
  'first-dish': {
    en: 'Which was the first dish you learned to cook?',
    ja: '初めて作れるようになった料理は何ですか？',
  },
  'first-prize': { en: 'For what did you get your first prize?', ja: '初めて賞をもらったのは何に対してですか？' },
  'first-instrument': {
    en: 'Which piece did you first play on an instrument?',
    ja: '楽器で初めて演奏した曲は何ですか？',
  },
  'grandparent-place': {
    en: 'In which place did your grandparents live when you were small?',
    ja: '幼い頃、祖父母が住んでいた場所はどこですか？',
  },
  'grandparent-saying': {
    en: 'Which saying did your grandparents like to use?',
    ja: '祖父母の口ぐせは何でしたか？',
  },
  'parents-met': { en: 'Where did your parents meet?', ja: 'ご両親が出会った場所はどこですか？' },
  'family-holiday': {
    en: 'What was the destination of your most memorable family holiday?',
    ja: '一番思い出に残っている家族旅行の行き先はどこですか？',
  },
  'oldest-cousin': {
    en: 'What is the first name of your oldest cousin?',
    ja: '一番年上のいとこの下の名前は何ですか？',
  },
  'lost-thing': {
    en: 'What did you lose as a child and never find again?',
    ja: '子どもの頃になくして見つからなかったものは何ですか？',
  },
  'hidden-place': {
    en: 'Where did you hide things as a child?',
    ja: '子どもの頃に物を隠していた場所はどこですか？',
  },
  'remembered-neighbour': {
    en: 'What was the name of a neighbour you remember from childhood?',
    ja: '子どもの頃の近所の人で、よく覚えている方のお名前は何ですか？',
  },
  'dreaded-animal': {
    en: 'Which animal frightened you most as a child?',
    ja: '子どもの頃に一番怖かった動物は何ですか？',
  },
  'dream-journey': {
    en: 'To which place have you always wanted to travel?',
    ja: 'いつか必ず行きたいと思っている場所はどこですか？',
  },
  'invented-name': {
    en: 'Which name did you once give to something that is not alive?',
    ja: '物に付けたことのある名前は何ですか？',
  },
} as const satisfies Record<string, Record<Language, string>>;

export type PredefinedQuestion = keyof typeof predefinedQuestions;
export const predefinedNames = Object.keys(predefinedQuestions) as PredefinedQuestion[];

/** @returns undefined for a question that is none of these */
export const predefinedText = (questionId: string, language: Language): string | undefined =>
  Object.hasOwn(predefinedQuestions, questionId)
    ? predefinedQuestions[questionId as PredefinedQuestion][language]
    : undefined;
