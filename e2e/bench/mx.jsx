// The page that the widget is measured beside: MX Connect by its public interface, for one connection that the customer is to
// repair at the bank. `cargo xtask bench` packs it; what its callbacks answer is the least that leads to the button.
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProvider, ConnectWidget } from '@mxenabled/connect-widget';

const guid = 'INS-1';
/** Status 2 is a login that the bank refused, which its customer repairs. */
const member = { guid: 'MBR-1', name: 'Harbour Bank', institution_guid: guid, institution_name: 'Harbour Bank', is_oauth: true, connection_status: 2 };
const answers = {
  loadMemberByGuid: member,
  loadInstitutionByGuid: { guid, name: 'Harbour Bank', code: 'harbour', url: 'https://harbour.example', supports_oauth: true, credentials: [], instructional_data: {} },
  loadMembers: [member],
  getOAuthWindowURI: { oauth_window_uri: 'https://harbour.example/login' },
};
/** Each callback is one request, as it is for whoever embeds it; or none, where the page's address says so. */
const isInMemory = location.search === '?memory';
const answer = async (given) => {
  if (!isInMemory) await (await fetch('/relink/sessions/mx')).json();
  return given;
};
const apiValue = Object.fromEntries(Object.entries(answers).map(([name, given]) => [name, () => answer(given)]));

createRoot(document.getElementById('mx')).render(createElement(ApiProvider, { apiValue }, createElement(ConnectWidget, {
  clientConfig: { current_member_guid: member.guid, mode: 'aggregation', oauth_referral_source: 'BROWSER', is_mobile_webview: false },
  language: { locale: 'en', custom_copy_namespace: '' },
  profiles: {
    client: { guid: 'CLT-1', name: 'Corner Store', oauth_app_name: 'Corner Store' },
    clientProfile: { locale: 'en', uses_oauth: true },
    user: { guid: 'USR-1' },
    userProfile: { guid: 'UPR-1' },
    widgetProfile: {},
  },
  userFeatures: { items: [] },
})));
