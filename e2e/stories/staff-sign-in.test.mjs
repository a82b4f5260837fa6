// Staff who sign in at somebody else's OpenID provider: from our link through its pages to the dashboard, or not.
import assert from 'node:assert/strict';
import { operate } from '../harness/servers.mjs';
import { stories } from './town.mjs';

const NORA = 'nora@pinegrove.example';
const PEOPLE = {
  nora: { email: NORA, email_verified: true },
  olaf: { email: 'olaf@pinegrove.example', email_verified: true },
  // Says that she is Nora, and the provider does not.
  eve: { email: NORA, email_verified: false },
  nobody: {},
};

const invite = (town) => operate(town.environment, ['staff', 'invite', NORA, 'Nora', 'agent']);

/** Goes from our sign-in page to the provider, says there who one is, and agrees. */
async function signIn(page, town, name) {
  await page.goto(`${town.relink.base}/dashboard`);
  assert.equal(await page.getByLabel('Password').count(), 0, 'passwords are refused');
  await page.getByRole('link', { name: 'Sign in with the Pinegrove login' }).click();
  await page.waitForURL('http://localhost:*/interaction/**');
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

const isIn = (page) => page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
const isRefused = (page) => page.getByText('you are not on the staff here').waitFor();

const asksUserinfo = (town) => town.provider.asked.filter((asked) => asked === 'GET /me').length;

stories('staff at somebody else\'s OpenID provider', (it) => {
  it('lets in who was invited where only the userinfo endpoint says the address, and nobody else', { provider: { people: PEOPLE }, patience: 120_000 }, async (town) => {
    await invite(town);
    for (const name of ['olaf', 'eve', 'nobody']) {
      const page = await town.desk();
      await signIn(page, town, name);
      await isRefused(page);
      await page.goto(`${town.relink.base}/dashboard`);
      assert.match(page.url(), /\/dashboard\/sign-in$/);
    }
    assert.equal(asksUserinfo(town), 3);
    const page = await town.desk();
    await signIn(page, town, 'nora');
    await isIn(page);
    assert.ok(page.url().endsWith('/dashboard'), page.url());
    await page.reload();
    await isIn(page);
    // Signed out here, the provider still knows her, and we know her by its name for her.
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with the Pinegrove login' }).click();
    await isIn(page);
    assert.equal(asksUserinfo(town), 4, 'who is known is not asked for an address again');
    // Removed, she is out at once and stays so, whatever the provider says.
    await operate(town.environment, ['staff', 'remove', NORA]);
    await page.reload();
    await page.getByRole('link', { name: 'Sign in with the Pinegrove login' }).click();
    await isRefused(page);
  });

  it('lets in who was invited where the token says the address, by another algorithm and another way to prove the client',
    { provider: { people: PEOPLE, saysAddress: true, alg: 'ES256', auth: 'client_secret_post' } }, async (town) => {
      await invite(town);
      const stranger = await town.desk();
      await signIn(stranger, town, 'eve');
      await isRefused(stranger);
      const page = await town.desk();
      await signIn(page, town, 'nora');
      await isIn(page);
      assert.equal(asksUserinfo(town), 0);
    });

  it('says that nobody was signed in where somebody turns back at the provider', { provider: { people: PEOPLE } }, async (town) => {
    await invite(town);
    const page = await town.desk();
    await page.goto(`${town.relink.base}/dashboard`);
    await page.getByRole('link', { name: 'Sign in with the Pinegrove login' }).click();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByText('The sign-in was broken off').waitFor();
    assert.equal(await page.getByRole('link', { name: 'Sign in with the Pinegrove login' }).count(), 1);
  });
});
