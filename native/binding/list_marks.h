// Owns the shape that marks of revocation lists have in JavaScript, both ways.
#pragma once

#include <napi.h>

#include <optional>

#include "trust/list_memory.h"

namespace pinlatch::binding {

// ReadListMark takes { bundle, issuer, scope, delta, keyId, key, number, thisUpdate }: bytes are
// Uint8Array, `number` is "0x05" or "". When it does not fit it throws, and returns nothing.
std::optional<tls::ListMark> ReadListMark(const Napi::Object& object, const char* signature);

// ToListMark makes the same, with `issuerName` and `scopeText` for people.
Napi::Object ToListMark(Napi::Env env, const tls::ListMark& mark);

}  // namespace pinlatch::binding
