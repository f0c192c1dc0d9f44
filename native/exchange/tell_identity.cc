// See tell_identity.h.
#include "exchange/tell_identity.h"

#include <algorithm>

#include "log/security_log.h"

namespace pinlatch::proxy {

Told TellIdentity(WorkerContext& worker, const Generation& generation, size_t listener_index,
                  const snapshot::Route& route, const Peer& peer, const RequestRecord& record) {
  const std::vector<snapshot::ForwardedIdentity>& entries =
      route.forward_identity.has_value()
          ? *route.forward_identity
          : generation.snapshot.listeners[listener_index].forward_identity;
  if (entries.empty()) return {};
  const bool forwarded = std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.preset == snapshot::IdentityPreset::kRfc7239;
  });
  const IdentityBlocks::Key key{generation.number, static_cast<uint32_t>(listener_index), entries,
                                peer.identity.get()};
  if (const ByteBuffer* known = worker.identity_blocks.Find(key)) return {known, forwarded};
  std::vector<std::string> omitted;
  const ByteBuffer& written = worker.identity_blocks.Write(
      key, peer.identity, generation.listeners[listener_index].own_names, omitted);
  if (!omitted.empty()) LogOmittedIdentity(worker, peer, record, omitted);
  return {&written, forwarded};
}

}  // namespace pinlatch::proxy
