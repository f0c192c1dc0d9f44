// See chain_order.h.
#include "keys/chain_order.h"

#include <algorithm>
#include <vector>

#include "base/bytes.h"
#include "material/misfit.h"

namespace pinlatch::tls {
namespace {

using Chain = std::vector<const mbedtls_x509_crt*>;

bool Issued(const mbedtls_x509_crt& issuer, const mbedtls_x509_crt& one) {
  const ByteSpan name{issuer.subject_raw.p, issuer.subject_raw.len};
  return !name.empty() && std::ranges::equal(name, ByteSpan{one.issuer_raw.p, one.issuer_raw.len});
}

// OrderFrom returns the places of all, from 1.
std::vector<size_t> OrderFrom(const Chain& chain, size_t own) {
  std::vector<size_t> order = {own};
  const auto is_placed = [&](size_t place) {
    return std::find(order.begin(), order.end(), place) != order.end();
  };
  for (size_t at = 0; at < order.size(); ++at) {
    for (size_t place = 1; place <= chain.size() && order.size() == at + 1; ++place) {
      if (!is_placed(place) && Issued(*chain[place - 1], *chain[order[at] - 1]))
        order.push_back(place);
    }
  }
  for (size_t place = 1; place <= chain.size(); ++place) {
    if (!is_placed(place)) order.push_back(place);
  }
  return order;
}

}  // namespace

std::string ReorderCommand(const mbedtls_x509_crt& chain, size_t own, const std::string& path) {
  Chain certificates;
  for (const mbedtls_x509_crt* at = &chain; at != nullptr; at = at->next)
    certificates.push_back(at);
  std::string order;
  for (const size_t place : OrderFrom(certificates, own)) {
    order += (order.empty() ? "" : " ") + std::to_string(place);
  }
  return "(umask 077 && awk -v order='" + order +
         "' '/-----BEGIN .*CERTIFICATE-----/ { n++ } { part[n + 0] = part[n + 0] $0 \"\\n\" } END "
         "{ "
         "count = split(order, place, \" \"); printf \"%s\", part[0]; for (i = 1; i <= count; i++) "
         "printf \"%s\", part[place[i]] }' " +
         material::ShellWord(path) + " > " + material::ShellWord(path + ".ordered") + ")";
}

}  // namespace pinlatch::tls
