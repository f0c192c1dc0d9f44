// See decoder.h. This file owns the top of the document; parts.h lists who decodes the rest.
#include "snapshot/decoder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "snapshot/edited_identity.h"
#include "snapshot/field_decoders.h"
#include "snapshot/parts.h"
#include "snapshot/ranges.h"

namespace pinlatch::snapshot {
namespace {

constexpr size_t kMostDocumentBytes = size_t{64} << 20;
constexpr size_t kMostGuardedFields = 256;

Status DecodeTickets(const Value& value, Tickets& into) {
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("lifetimeSeconds", into.lifetime_seconds,
                            Within(InSeconds(ranges::kTicketsLifetime))));
  PINLATCH_TRY(object.Field("rotateSeconds", into.rotate_seconds,
                            Whole{into.lifetime_seconds, InSeconds(ranges::kTicketsRotate).most}));
  return object.Finish();
}

// GrantScopes gives clients what their applications have.
void GrantScopes(Snapshot& snapshot) {
  for (const Application& application : snapshot.applications) {
    for (const uint32_t index : application.clients) {
      std::vector<uint32_t>& scopes = snapshot.clients[index].scopes;
      std::vector<uint32_t> all;
      std::set_union(scopes.begin(), scopes.end(), application.scopes.begin(),
                     application.scopes.end(), std::back_inserter(all));
      scopes = std::move(all);
    }
  }
}

Status DecodeDocument(const Value& value, Snapshot& into) {
  Names names;
  const auto each = [&names](auto decode) {
    return ListOf{[&names, decode](const Value& element, auto& part) {
      return decode(element, names, part);
    }};
  };
  std::string_view format;
  ObjectReader object(value);
  PINLATCH_TRY(object.Field("format", format, Constant{"pinlatch-snapshot/1"}));
  PINLATCH_TRY(object.Field("workers", into.workers, Within(ranges::kWorkers)));
  PINLATCH_TRY(object.Field("drainMs", into.drain_timeout, Within(ranges::kDrainTimeout)));
  PINLATCH_TRY(object.Field("tickets", into.tickets, DecodeTickets));
  PINLATCH_TRY(object.Field("cryptoProvider", into.crypto_provider,
                            OneOf<CryptoProvider>{{"auto", CryptoProvider::kAuto},
                                                  {"host", CryptoProvider::kHost},
                                                  {"portable", CryptoProvider::kPortable}}));
  PINLATCH_TRY(object.Field(
      "accessLog", into.access_log,
      OneOf<AccessLog>{
          {"all", AccessLog::kAll}, {"failed", AccessLog::kFailed}, {"off", AccessLog::kOff}}));
  PINLATCH_TRY(object.Field("via", into.via, Flag{}));
  PINLATCH_TRY(object.Field("guardedFields", into.guarded_fields,
                            ListOf{FoldedName{true}, 0, kMostGuardedFields}));
  // In this order each part refers only to names that are known by then.
  PINLATCH_TRY(object.Field("trust", into.trust, each(DecodeTrust)));
  PINLATCH_TRY(object.Field("clients", into.clients, each(DecodeClient)));
  PINLATCH_TRY(object.Field("applications", into.applications, each(DecodeApplication)));
  PINLATCH_TRY(object.Field("upstreams", into.upstreams, each(DecodeUpstream)));
  PINLATCH_TRY(object.Field("listeners", into.listeners, each(DecodeListener)));
  PINLATCH_TRY(object.Field("routes", into.routes, each(DecodeRoute)));
  PINLATCH_TRY(object.Field("tcpRoutes", into.tcp_routes, each(DecodeTcpRoute)));
  PINLATCH_TRY(object.Finish());
  into.scopes = names.scopes.ToList();
  GrantScopes(into);
  return CheckEditedIdentity(into);
}

}  // namespace

Result<Snapshot> Decode(std::string_view document) {
  if (document.size() > kMostDocumentBytes) {
    return Error(ErrorCode::kSnapshotInvalid,
                 "found a document of " + std::to_string(document.size()) +
                     " bytes, expected at most " + std::to_string(kMostDocumentBytes));
  }
  PINLATCH_ASSIGN(const Document parsed, Document::Parse(document));
  Snapshot snapshot;
  PINLATCH_TRY(DecodeDocument(parsed.root(), snapshot));
  return snapshot;
}

}  // namespace pinlatch::snapshot
