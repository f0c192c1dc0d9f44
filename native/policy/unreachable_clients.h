// Owns the question which clients of a configuration nobody can be, where trust bundles accept
// nobody. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "snapshot/model.h"

namespace pinlatch::policy {

// ClientTrust are the bundles (indices into Snapshot::trust, ascending) that a certificate may be
// accepted by which is the client on a route that names it; none where no route does.
using ClientTrust = std::vector<uint32_t>;

// TrustOfClients has the indices of Snapshot::clients.
std::vector<ClientTrust> TrustOfClients(const snapshot::Snapshot& snapshot);

// CountUnreachable counts the clients that `bundle` could have accepted and that no bundle accepts:
// `closed` says so of each.
size_t CountUnreachable(const std::vector<ClientTrust>& clients, const std::vector<bool>& closed,
                        uint32_t bundle);

}  // namespace pinlatch::policy
