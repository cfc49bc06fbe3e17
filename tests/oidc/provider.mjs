// A provider of OpenID Connect for tests: whoever gives a name is that person. Its settings come as JSON in the
// environment: port, client_id, client_secret, redirect_uris.
import { Provider } from "oidc-provider";

const { port, groups, ...client } = JSON.parse(process.env.PROVIDER);
const issuer = `http://127.0.0.1:${port}`;

async function findAccount(_context, accountId) {
  const [name] = accountId.split("+");
  const email = `${name}@home.example`;
  return { accountId, claims: () => ({ sub: accountId, preferred_username: name, email, groups: groups[name] }) };
}

const provider = new Provider(issuer, {
  clients: [{ ...client, token_endpoint_auth_method: "client_secret_basic" }],
  claims: { openid: ["sub"], profile: ["preferred_username", "groups"], email: ["email"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  cookies: { keys: ["tests only"] },
  findAccount,
});
provider.listen(port, "127.0.0.1");
