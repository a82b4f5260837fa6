// What the sandbox answers, for one version of Stripe's API: every route, every event, every request that it takes. The
// types of Stripe's packages are held against this.
const KEY = 'Bearer sk_test_sandbox';

/** Stripe's form encoding of an object. */
function form(value, name = '', into = new URLSearchParams()) {
  if (value !== null && typeof value === 'object') {
    for (const [part, inner] of Object.entries(value)) form(inner, name ? `${name}[${part}]` : part, into);
  } else {
    into.append(name, String(value));
  }
  return into;
}

/** Drives a sandbox; answers `{answers: [{shape, value}], events, creates}`. */
export async function record(base, version) {
  const isStable = !version.endsWith('.preview');
  const answers = [];
  const creates = [];
  const call = async (method, path, params = {}) => {
    const encoded = form(params).toString();
    const address = method === 'GET' && encoded ? `${base}/v1/${path}?${encoded}` : `${base}/v1/${path}`;
    const response = await fetch(address, {
      method,
      headers: { authorization: KEY, 'stripe-version': version, 'content-type': 'application/x-www-form-urlencoded' },
      body: method === 'POST' ? encoded : undefined,
    });
    const value = await response.json();
    return { ok: response.ok, value };
  };
  const keep = async (shape, method, path, params) => {
    const { ok, value } = await call(method, path, params);
    if (!ok) throw new Error(`${version}: ${method} ${path}: ${JSON.stringify(value)}`);
    answers.push({ shape, value });
    return value;
  };
  const refused = async (method, path, params) => {
    const { ok, value } = await call(method, path, params);
    if (ok) throw new Error(`${version}: ${method} ${path} is not refused`);
    answers.push({ shape: 'error', value });
  };
  const help = async (path, params) => {
    const { ok, value } = await call('POST', `test_helpers/${path}`, params);
    if (!ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
    return value;
  };
  const connections = 'financial_connections';
  const account = (id, act, params) => help(`${connections}/accounts/${id}/${act}`, params);

  await help('reset');
  await help('account', { api_version: version });

  // Accounts as they are planted, and broken in every way there is.
  for (const customer of ['cus_demo', 'cus_other']) {
    const page = await keep('accounts', 'GET', `${connections}/accounts`, { account_holder: { customer }, limit: 100 });
    page.data.forEach((value) => answers.push({ shape: 'account', value }));
  }
  for (const cause of ['access_denied', 'access_expired', 'account_closed', 'account_unavailable', 'institution_requirement', 'unspecified']) {
    await account('fca_tan_expiring', 'deactivate', { cause });
  }
  for (const status of ['expired', 'deactivated', 'pending']) {
    await account('fca_tan_expiring', 'expire_number', { status });
    await keep('account', 'GET', `${connections}/accounts/fca_tan_expiring`);
  }
  const soon = Math.floor(Date.now() / 1000) + 864_000;
  await account('fca_healthy', 'expected_expiry_date', { date: soon });
  for (const cause of ['access_expired', 'institution_requirement', 'unspecified']) {
    await account('fca_healthy', 'expected_deactivation_date', { date: soon, cause });
    await keep('account', 'GET', `${connections}/accounts/fca_healthy`);
    if (!isStable) await keep('authorization', 'GET', `${connections}/authorizations/fcauth_healthy`);
  }
  await account('fca_healthy', 'supported_payment_method_types', { types: [''] });
  await account('fca_healthy', 'supported_payment_method_types', { types: ['us_bank_account'] });
  await keep('account', 'GET', `${connections}/accounts/fca_account_object`);
  await keep('account', 'GET', `${connections}/accounts/fca_unowned`);
  const features = isStable ? ['balance', 'ownership', 'transactions'] : ['balance', 'inferred_balances', 'ownership', 'transactions'];
  await keep('account', 'POST', `${connections}/accounts/fca_healthy/refresh`, { features });
  const daily = isStable ? ['transactions'] : ['balance', 'inferred_balances', 'transactions'];
  await keep('account', 'POST', `${connections}/accounts/fca_healthy/subscribe`, { features: daily });
  await keep('account', 'POST', `${connections}/accounts/fca_healthy/unsubscribe`, { features: daily });
  await keep('owners', 'GET', `${connections}/accounts/fca_healthy/owners`, { ownership: 'fcaowns_1' });
  await keep('account', 'POST', `${connections}/accounts/fca_permissions/disconnect`);
  if (!isStable) {
    await keep('account', 'GET', `${connections}/accounts/fca_healthy`, { expand: ['institution'] });
    for (const id of ['fcauth_access_denied', 'fcauth_disconnected', 'fcauth_account_object']) {
      await keep('authorization', 'GET', `${connections}/authorizations/${id}`);
    }
    const banks = await keep('institutions', 'GET', `${connections}/institutions`, { limit: 100 });
    banks.data.forEach((value) => answers.push({ shape: 'institution', value }));
    await keep('institution', 'GET', `${connections}/institutions/fcinst_test`);
    await keep('inferred_balances', 'GET', `${connections}/accounts/fca_healthy/inferred_balances`);
  }

  // Sessions: every parameter with every value, and every end.
  const holder = { type: 'customer', customer: 'cus_demo' };
  const create = async (params) => {
    creates.push(params);
    const made = await keep('session', 'POST', `${connections}/sessions`, params);
    return made.id;
  };
  const read = (id) => keep('session', 'GET', `${connections}/sessions/${id}`);
  const permissions = ['balances', 'ownership', 'payment_method', 'transactions'];
  const country = version === '2026-08-26.preview' ? { countries: ['US'] } : { country: 'US' };
  const subcategories = ['checking', 'credit_card', 'line_of_credit', 'mortgage', 'savings'];
  for (const require_payment_method_support of ['all', 'at_least_one', 'none']) {
    const bank = isStable ? {} : { institution: 'fcinst_test' };
    const filters = { account_subcategories: subcategories, require_payment_method_support, ...country, ...bank };
    const prefetch = isStable ? ['balances', 'ownership', 'transactions'] : ['balances', 'inferred_balances', 'ownership', 'transactions'];
    const more = { filters, prefetch, limits: { accounts: 2 }, return_url: 'https://shop.example/' };
    await create({ account_holder: holder, permissions, ...more });
  }
  for (const mode of isStable ? ['automatic', 'disabled'] : ['automatic', 'custom', 'disabled']) {
    await create({ account_holder: { type: 'account', account: 'acct_1' }, permissions, manual_entry: { mode } });
  }
  await create({ account_holder: { type: 'customer', customer_account: 'acct_workshop' }, permissions, limits: { accounts: '' } });
  await refused('POST', `${connections}/sessions`, { account_holder: holder });
  await refused('GET', `${connections}/accounts/fca_nobody`);
  await refused('POST', `${connections}/accounts/fca_any/refresh`, { features: ['balance'] });
  if (!isStable) {
    const relink = (options, more = {}) => create({ account_holder: holder, permissions, relink_options: options, ...more });
    const finish = async (id, params) => {
      await help(`${connections}/sessions/${id}/finish`, params);
      await read(id);
    };
    const any = { authorization: 'fcauth_any' };
    await finish(await relink(any, { ui_mode: 'modal' }), { outcome: 'other_login' });
    await finish(await relink(any), { outcome: 'refused' });
    await finish(await relink(any), { outcome: 'closed' });
    await finish(await relink({ ...any, account: 'fca_any' }), { accounts: ['fca_any_savings'] });
    await finish(await relink({ ...any, account: 'fca_any' }), {});
    await finish(await relink({ authorization: 'fcauth_new_id' }), { accounts: ['fca_new_id'] });
    const everything = { authorization: 'fcauth_everything', account: 'fca_everything' };
    await finish(await relink(everything), {});
    await finish(await relink({ authorization: 'fcauth_several', account: 'fca_several_card' }), {});
    await keep('account', 'POST', `${connections}/accounts/fca_several_card/refresh`, { features: ['balance'] });
    for (const delivery_method of ['url', 'email']) {
      const hosted = { ui_mode: 'hosted', hosted: { delivery_method }, return_url: 'https://shop.example/' };
      await finish(await relink({ authorization: 'fcauth_hosted' }, hosted), { outcome: 'closed' });
    }
  } else {
    await refused('POST', `${connections}/sessions`, { account_holder: holder, permissions, relink_options: { authorization: 'fcauth_any' } });
    const made = await create({ account_holder: holder, permissions });
    const { value } = await call('GET', `${connections}/accounts`, { session: made });
    answers.push({ shape: 'accounts', value });
    await help(`${connections}/authorizations/fcauth_any/relinking`, { reach: 'chosen' });
    await call('POST', `test_helpers/${connections}/sessions/${made}/finish`, { outcome: 'closed' });
    await read(made);
  }

  const events = [];
  for (let after = {}; ;) {
    const { value } = await call('GET', 'events', { limit: 100, ...after });
    events.push(...value.data);
    if (!value.has_more) break;
    after = { starting_after: value.data.at(-1).id };
  }
  events.forEach((value) => answers.push({ shape: `event ${value.type}`, value }));
  return { answers, creates, events: [...new Set(events.map((event) => event.type))].sort() };
}
