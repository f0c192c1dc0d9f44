// See ed25519.h.
#include "crypto/ed25519.h"

#include "crypto/host.h"
#include "crypto/provider.h"

namespace pinlatch::crypto {

bool ChecksEd25519() { return MayUseHost(); }

bool VerifyEd25519(ByteSpan key, ByteSpan message, ByteSpan signature) {
  if (key.size() != kEd25519KeySize || signature.size() != kEd25519SignatureSize) return false;
  return ChecksEd25519() && VerifyEd25519ByHost(key, message, signature);
}

}  // namespace pinlatch::crypto
