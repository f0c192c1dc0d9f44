// Opens the files of a trust bundle and has them built. Every file that is missing or damaged is an
// error: a bundle that holds less than it was told to would let somebody in, or keep everybody out.
// A whole certificate that cannot be used is left out and told of.
#include "trust/trust_bundle.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include "base/encoding.h"
#include "base/file.h"
#include "identity/describe.h"
#include "material/certificate_file.h"
#include "trust/trust_bundle_builder.h"

namespace pinlatch::tls {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxCaFile = size_t{16} << 20;
constexpr size_t kMaxListFile = size_t{64} << 20;

Error At(Error error, const std::string& at) {
  error.at = at;
  return error;
}

Status AddCaFile(TrustBundleBuilder& builder, const snapshot::CertificateFile& file,
                 const std::string& at) {
  PINLATCH_ASSIGN(const std::vector<uint8_t> text, ReadFile(file.path, kMaxCaFile, at));
  auto [certificates, holds_key, misfit] =
      material::ReadCertificates(text, material::Place::kAuthorities, file.path);
  if (misfit) {
    const ErrorCode code = certificates.empty() && !misfit->is_damaged
                               ? ErrorCode::kTrustEmpty
                               : ErrorCode::kCertificateInvalid;
    return Error(code, file.path + ": " + misfit->ToString(), at);
  }
  for (size_t i = 0; i < certificates.size(); ++i) {
    const std::string source = file.path + ", certificate " + std::to_string(i + 1);
    const identity::Sha256 sha256 = identity::Sha256Of(certificates[i]);
    if (i >= file.sha256.size() || file.sha256[i] != HexEncode(sha256)) {
      return Error(ErrorCode::kFileChanged, source + " changed since the configuration was read",
                   at);
    }
    builder.AddAnchor(std::move(certificates[i]), source);
  }
  if (certificates.size() != file.sha256.size()) {
    return Error(ErrorCode::kFileChanged,
                 file.path + " contained more certificates when the configuration was read", at);
  }
  return {};
}

// The files of a folder, by name. Hidden ones are skipped: that is how uploads in progress are
// named.
Result<std::vector<std::string>> ListFiles(const std::string& folder, const std::string& at) {
  std::vector<std::string> files;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const bool is_hidden = entry->path().filename().native().starts_with('.');
    std::error_code stat_error;
    const bool is_file = entry->is_regular_file(stat_error);
    if (stat_error) {
      return Error(ErrorCode::kFileUnreadable, entry->path().native() + ": " + stat_error.message(),
                   at);
    }
    if (is_file && !is_hidden) files.push_back(entry->path().native());
  }
  if (error) return OpenFailure(error.value(), folder, at);
  std::sort(files.begin(), files.end());
  return files;
}

// A path is a file, or a folder of them.
Status AddListPath(TrustBundleBuilder& builder, const std::string& path, const std::string& at) {
  std::vector<std::string> files = {path};
  std::error_code error;
  if (fs::is_directory(path, error)) {
    PINLATCH_ASSIGN(files, ListFiles(path, at));
  }
  const size_t count = builder.list_count();
  for (const std::string& file : files) {
    PINLATCH_ASSIGN(const std::vector<uint8_t> text, ReadFile(file, kMaxListFile, at));
    const Status added = builder.AddLists(text, file, file);
    if (!added.ok()) return At(added.error(), at);
  }
  if (builder.list_count() == count) builder.NoteListless(path);
  return {};
}

// Reloads may be built on any thread.
uint64_t NextGeneration() {
  static std::atomic<uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

TrustBundle::TrustBundle(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)), generation_(NextGeneration()) {}
TrustBundle::~TrustBundle() = default;

std::string LeftOut::ToString() const {
  return source + (subject.empty() ? ": " : " (" + subject + "): ") + reason;
}

const std::vector<LeftOut>& TrustBundle::left_out() const { return impl_->left_out; }

const VerifyLimits& TrustBundle::limits() const { return impl_->limits; }

RaisedFloor FloorByLists(const TrustBundle::Impl& bundle, const ClockReading& clock) {
  std::vector<UnixSeconds> issued;
  for (const std::unique_ptr<const HeldList>& held : bundle.lists) {
    if (!held->signers.empty()) issued.push_back(held->list->this_update());
  }
  return RaiseFloor(clock, std::move(issued));
}

bool TrustBundle::JudgesAs(const TrustBundle& other, UnixSeconds now) const {
  const UnixSeconds floor = impl_->clock_floor;
  const UnixSeconds other_floor = other.impl_->clock_floor;
  if (floor != other_floor && std::max(floor, other_floor) > now) return false;
  const auto are_as_outdated = [](const auto& a, const auto& b) {
    return a->is_outdated == b->is_outdated && a->outdated_keys == b->outdated_keys;
  };
  const auto is_same_series = [](const auto& a, const auto& b) { return a.mark == b.mark; };
  return impl_->settings == other.impl_->settings && impl_->content == other.impl_->content &&
         std::equal(impl_->missing.begin(), impl_->missing.end(), other.impl_->missing.begin(),
                    other.impl_->missing.end(), is_same_series) &&
         std::equal(impl_->lists.begin(), impl_->lists.end(), other.impl_->lists.begin(),
                    other.impl_->lists.end(), are_as_outdated);
}

Result<std::shared_ptr<const TrustBundle>> TrustBundle::Load(
    const snapshot::Trust& trust, const ClockReading& clock, const ListMemory* memory,
    const std::vector<std::string>& bundles) {
  TrustBundleBuilder builder(trust, clock);
  for (const snapshot::CertificateFile& file : trust.ca)
    PINLATCH_TRY(AddCaFile(builder, file, trust.at + "/ca"));
  if (trust.revocation) {
    const std::vector<std::string>& files = trust.revocation->files;
    for (size_t i = 0; i < files.size(); ++i)
      PINLATCH_TRY(AddListPath(builder, files[i], trust.at + "/crl/files/" + std::to_string(i)));
  }
  auto impl = builder.Finish(memory, bundles);
  if (!impl.ok()) return At(std::move(impl).error(), trust.at);
  return std::shared_ptr<const TrustBundle>(new TrustBundle(std::move(impl).value()));
}

Result<std::shared_ptr<const TrustBundle>> TrustBundle::FromBytes(const snapshot::Trust& trust,
                                                                  ByteSpan ca,
                                                                  std::span<const ByteSpan> crls) {
  TrustBundleBuilder builder(trust);
  material::Certificates certificates;
  if (!ca.empty()) {
    PINLATCH_ASSIGN(certificates, material::SplitCertificates(ca, material::Place::kAuthorities));
  }
  for (size_t i = 0; i < certificates.size(); ++i) {
    builder.AddAnchor(std::move(certificates[i]), "CA certificate " + std::to_string(i + 1));
  }
  for (const ByteSpan crl : crls) PINLATCH_TRY(builder.AddLists(crl, "CRL", ""));
  PINLATCH_ASSIGN(std::unique_ptr<Impl> impl, builder.Finish(nullptr, {}));
  return std::shared_ptr<const TrustBundle>(new TrustBundle(std::move(impl)));
}

}  // namespace pinlatch::tls
