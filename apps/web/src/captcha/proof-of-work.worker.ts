import { leadingZeroBits, sha256 } from './sha256.js';

/** Counts up until SHA-256(challenge ‖ count) starts with enough zero bits, then answers with the count. */
self.onmessage = ({ data }: MessageEvent<{ challenge: string; difficulty: number }>) => {
  const encoder = new TextEncoder();
  for (let count = 0; ; count++) {
    const answer = count.toString(36);
    if (leadingZeroBits(sha256(encoder.encode(data.challenge + answer))) >= data.difficulty) {
      self.postMessage(answer);
      return;
    }
  }
};
