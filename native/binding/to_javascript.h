// Owns the shapes that native values have in JavaScript: texts, issues, errors,
// refusals, identities.
#pragma once

#include <napi.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cluster/upstream_cluster.h"
#include "identity/peer_identity.h"
#include "snapshot/model.h"
#include "trust/verifier.h"
#include "verdict/lists_in_force.h"

namespace pinlatch::binding {

Napi::String ToText(Napi::Env env, std::string_view text);
Napi::Array ToTexts(Napi::Env env, const std::vector<std::string>& texts);

// ToRefusal makes { code, rule, section, certificate, detail, remedy, reason }.
Napi::Object ToRefusal(Napi::Env env, const tls::Refusal& refusal);

// ToIssue makes { code, source, text, detail, at }.
Napi::Object ToIssue(Napi::Env env, const Error& error);
// ToIssues adds to each the `severity`, "error" or "warning".
Napi::Array ToIssues(Napi::Env env, const std::vector<Error>& errors,
                     const std::vector<Error>& warnings);

// ToJavaScriptError makes an Error that carries the properties of an issue. Not thrown yet.
Napi::Error ToJavaScriptError(Napi::Env env, const Error& error);

// ToIdentity makes an object with every field of a PeerIdentity; fingerprints are lower-case hex.
Napi::Object ToIdentity(Napi::Env env, const identity::PeerIdentity& identity);

// ToPinUse makes an object of one pin and when it was last used; 0 is never.
Napi::Object ToPinUse(Napi::Env env, const snapshot::Client& client, const snapshot::Pin& pin,
                      UnixSeconds last_used);

// ToListInForce: see Gateway::ReadLists.
Napi::Object ToListInForce(Napi::Env env, const tls::ListInForce& list);

// ToEndpoint: see Gateway::ReadUpstreams.
Napi::Object ToEndpoint(Napi::Env env, const proxy::EndpointReport& report);

}  // namespace pinlatch::binding
