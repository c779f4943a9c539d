import { commitMessage, parseLog, trailersOf } from '../commit-message';

test('what is written as trailers is read as trailers', () => {
  const trailers = { Model: 'bike', Version: '3', 'Approved-by': 'boris (asserted)' };
  expect(trailersOf(commitMessage('Promote', 'Because: reasons', trailers))).toEqual(
    trailers
  );
});

test('a reason cannot forge a trailer, and a value cannot start a new one', () => {
  const message = commitMessage('Promote', 'x\n\nDigest: forged', {
    Promotion: 'p\nDigest: forged'
  });
  expect(trailersOf(message)).toEqual({ Promotion: 'p Digest: forged' });
});

test.each(['Fix: a bug', 'Subject\n\nSome prose: here\nand no trailer', ''])(
  '%j has no trailers',
  message => expect(trailersOf(message)).toEqual({})
);

test('a log of nothing is empty', () => expect(parseLog('')).toEqual([]));
