// Owns the making of a trust bundle out of bytes: reading, indexing, finding out which keys signed
// which lists. No files.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "trust/list_memory.h"
#include "trust/trust_bundle_impl.h"

namespace pinlatch::tls {

class TrustBundleBuilder {
 public:
  // The settings are copied without their file names.
  explicit TrustBundleBuilder(const snapshot::Trust& trust, const ClockReading& clock = 0);

  // AddAnchor takes one DER certificate; one that is there already is dropped, one that cannot be
  // used is left out and noted. `source` names it.
  void AddAnchor(std::vector<uint8_t> der, const std::string& source);
  // AddLists takes a PEM or DER file of revocation lists; `path` stands in commands that mend it.
  // Error: kCrlInvalid.
  Status AddLists(ByteSpan text, const std::string& source, std::string_view path);
  size_t list_count() const { return lists_.size(); }
  // NoteListless tells of a file or folder that holds no list.
  void NoteListless(const std::string& path);
  // Finish indexes everything. `memory` may be nullptr; `bundles` are the names of all bundles of
  // the configuration. Errors: kTrustEmpty, kCrlInvalid (a list goes backwards, a deny entry's
  // serial is not hexadecimal).
  Result<std::unique_ptr<TrustBundle::Impl>> Finish(const ListMemory* memory,
                                                    const std::vector<std::string>& bundles);

 private:
  Status CheckNotEmpty() const;
  void AllowForNamesakes();
  Status ReadDeniedSerials();
  Status JudgeLists();
  void IndexLists();
  void FindSigners(HeldList& held) const;
  void FindRevokedAnchors();
  bool IsOfLeftOut(const HeldList& held) const;

  std::unique_ptr<TrustBundle::Impl> bundle_;
  std::vector<std::unique_ptr<HeldList>> lists_;
  const ClockReading clock_;
};

}  // namespace pinlatch::tls
