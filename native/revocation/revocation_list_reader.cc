// Reads CRLs. mbedTLS's CRL parser refuses the critical extensions that say what a list covers, and
// keeps entries in a linked list; so this is our own, over der/der_reader.h.
#include <algorithm>
#include <string>
#include <utility>

#include "der/attribute_syntax.h"
#include "names/distinguished_name.h"
#include "revocation/revocation_entry.h"
#include "revocation/revocation_list.h"

namespace pinlatch::tls {
namespace {

using namespace std::string_view_literals;
constexpr std::string_view kCrlNumber = "\x55\x1d\x14"sv;
constexpr std::string_view kDeltaIndicator = "\x55\x1d\x1b"sv;
constexpr std::string_view kIssuingPoint = "\x55\x1d\x1c"sv;
constexpr std::string_view kAuthorityKeyId = "\x55\x1d\x23"sv;

constexpr size_t kMaxNumber = ListNumber::kMostBytes + 1;  // and a leading zero

std::optional<ListNumber> ReadNumber(ByteSpan value) {
  DerReader reader(value);
  const ByteSpan number = reader.TakeInteger();
  if (!reader.AtEnd() || number.size() > kMaxNumber || number.front() >= 0x80) return std::nullopt;
  return ListNumber(number);
}

std::optional<ListScope> ReadScope(ByteSpan value) {
  DerReader outer(value);
  DerReader reader = outer.Enter(der::kSequence);
  ListScope scope;
  if (reader.NextIs(der::Constructed(0))) {
    std::optional<PointName> name = ReadPointName(reader.Enter(der::Constructed(0)));
    if (!name) return std::nullopt;
    scope.name = std::move(*name);
  }
  scope.users_only = reader.TakeDefaultFalse(der::Primitive(1));
  scope.authorities_only = reader.TakeDefaultFalse(der::Primitive(2));
  if (reader.NextIs(der::Primitive(3)))
    scope.reasons = ReadReasons(reader.TakeNamedBits(der::Primitive(3)));
  scope.is_indirect = reader.TakeDefaultFalse(der::Primitive(4));
  scope.attributes_only = reader.TakeDefaultFalse(der::Primitive(5));
  if (!reader.AtEnd() || !outer.AtEnd()) return std::nullopt;
  return scope;
}

Error Malformed(std::string detail) { return Error(ErrorCode::kCrlInvalid, std::move(detail)); }

}  // namespace

// RevocationListReader fills a RevocationList.
class RevocationListReader {
 public:
  explicit RevocationListReader(RevocationList& list) : list_(list) {}

  Status Read(ByteSpan der) {
    DerReader outer(der);
    DerReader reader = outer.Enter(der::kSequence);
    const DerReader::Element tbs = reader.Expect(der::kSequence);
    const ByteSpan algorithm = reader.Expect(der::kSequence).whole;
    const ByteSpan signature = reader.TakeOctetBits();
    if (!outer.AtEnd() || !reader.AtEnd()) return Malformed("it is not a DER certificate list");
    list_.signature_.assign(signature.begin(), signature.end());
    list_.algorithm_ = ReadSignatureAlgorithm(algorithm);
    if (list_.algorithm_) KeepWhatIsSigned(tbs.whole);
    return ReadTbs(DerReader(tbs.content), algorithm);
  }

 private:
  void KeepWhatIsSigned(ByteSpan tbs) {
    if (list_.algorithm_->scheme == SignatureScheme::kEd25519) {
      list_.message_.assign(tbs.begin(), tbs.end());
    } else {
      list_.digest_ = HashOf(list_.algorithm_->hash, tbs);
    }
  }

  Status ReadTbs(DerReader reader, ByteSpan outer_algorithm) {
    const bool is_v2 = reader.NextIs(der::kInteger);
    if (is_v2 && reader.TakeSmall(1) != 1) return Malformed("its version is not 2");
    const ByteSpan algorithm = reader.Expect(der::kSequence).whole;
    const ByteSpan issuer = reader.Expect(der::kSequence).whole;
    list_.this_update_ = reader.TakeTime();
    if (reader.NextIsTime()) list_.next_update_ = reader.TakeTime();
    if (!reader.ok()) return Malformed("its fields are not those of a certificate list");
    if (AsText(algorithm) != AsText(outer_algorithm))
      return Malformed("its two signature algorithms differ");
    const std::string fault = NameFault(issuer);
    if (!fault.empty()) return Malformed("its issuer has " + fault);
    std::optional<std::string> name = CanonicalName(issuer);
    if (!name || name->empty()) return Malformed("it has no issuer");
    list_.issuer_ = std::move(*name);
    list_.issuer_der_.assign(issuer.begin(), issuer.end());

    DerReader entries({});
    if (reader.NextIs(der::kSequence)) entries = reader.Enter(der::kSequence);
    // The extensions come last, but say how entries are to be read.
    if (is_v2 && reader.NextIs(der::Constructed(0)))
      PINLATCH_TRY(ReadExtensions(reader.Take(der::Constructed(0))));
    if (!reader.AtEnd()) return Malformed("it has fields after the last one");
    const EntryForm form{is_v2, list_.scope_.is_indirect};
    if (Status read = ReadEntries(entries, form); !read.ok()) {
      list_.defect_ = std::move(read).error().detail;
      list_.entries_.clear();
    }
    return {};
  }

  Status ReadExtensions(ByteSpan explicit_content) {
    DerReader outer(explicit_content);
    DerReader list = outer.Enter(der::kSequence);
    std::vector<std::string_view> seen;
    while (list.HasMore()) {
      const std::optional<ListExtension> extension = ReadListExtension(list.Enter(der::kSequence));
      if (!extension || seen.size() == 32 ||
          std::find(seen.begin(), seen.end(), extension->oid) != seen.end()) {
        return Malformed("its extensions are malformed or repeated");
      }
      seen.push_back(extension->oid);
      if (!ReadOneExtension(*extension)) {
        return Malformed("its extension " + OidText(AsBytes(extension->oid)) + " is malformed");
      }
    }
    return list.AtEnd() && outer.AtEnd() ? Status()
                                         : Status(Malformed("its extensions are malformed"));
  }

  bool ReadOneExtension(const ListExtension& extension) {
    if (extension.oid == kIssuingPoint) {
      std::optional<ListScope> scope = ReadScope(extension.value);
      if (scope) list_.scope_ = std::move(*scope);
      list_.scope_der_.assign(extension.value.begin(), extension.value.end());
      return scope.has_value();
    }
    if (extension.oid == kDeltaIndicator) {
      list_.base_ = ReadNumber(extension.value);
      return list_.base_.has_value();
    }
    if (extension.critical) NoteUnknown(AsBytes(extension.oid));
    if (extension.oid == kCrlNumber) {
      list_.number_ = ReadNumber(extension.value);
      return list_.number_.has_value();
    }
    if (extension.oid == kAuthorityKeyId) {
      const std::optional<AuthorityKey> key = ReadAuthorityKey(DerReader(extension.value));
      if (key) list_.authority_key_id_ = AsText(key->key_id);
      return key.has_value();
    }
    return true;
  }

  Status ReadEntries(DerReader reader, const EntryForm& form) {
    std::string fault;
    SerialSet* serials = &list_.entries_[list_.issuer_];
    for (size_t number = 1; reader.HasMore(); ++number) {
      std::optional<RevocationEntry> entry =
          ReadRevocationEntry(reader.Enter(der::kSequence), form, fault);
      if (!entry) return Malformed("entry " + std::to_string(number) + " " + fault);
      // An entry without certificateIssuer has that of the one before it (RFC 5280 section 5.3.3).
      if (entry->issuer) serials = &list_.entries_[std::move(*entry->issuer)];
      if (!entry->unknown_critical.empty()) NoteUnknown(entry->unknown_critical);
      serials->Add(entry->serial, entry->reason);
    }
    if (!reader.AtEnd()) return Malformed("its entries are malformed");
    for (auto& [issuer, set] : list_.entries_) set.Seal();
    return {};
  }

  void NoteUnknown(ByteSpan oid) {
    if (list_.unknown_critical_.empty()) list_.unknown_critical_ = OidText(oid);
  }

  RevocationList& list_;
};

std::optional<ListScope> ReadListScope(ByteSpan der) { return ReadScope(der); }

Result<std::unique_ptr<RevocationList>> RevocationList::Parse(ByteSpan der) {
  std::unique_ptr<RevocationList> list(new RevocationList());
  PINLATCH_TRY(RevocationListReader(*list).Read(der));
  return list;
}

}  // namespace pinlatch::tls
