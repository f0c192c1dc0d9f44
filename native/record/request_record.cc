// See request_record.h.
#include "record/request_record.h"

#include <utility>

namespace pinlatch::proxy {
namespace {

constexpr size_t kKept = 64;
constexpr size_t kMostKeptText = 1024;  // of one text: an unusually long path is not kept

void Clear(std::string& text) {
  if (text.capacity() > kMostKeptText) {
    text = std::string();
  } else {
    text.clear();
  }
}

}  // namespace

void RequestRecord::Clear() {
  for (std::string* text :
       {&id, &method, &host, &path, &forwarded_for, &route, &client, &upstream}) {
    proxy::Clear(*text);
  }
  if (!field_names.text().empty()) proxy::Clear(field_names.text());  // of most requests it is
  protocol = {};
  started = MonotonicTime();
  started_unix_ms = 0;
  admitted = cut = false;
  status = 0;
  attempts = 0;
  bytes_in = bytes_out = 0;
  error.reset();
  evidence.reset();
}

std::unique_ptr<RequestRecord> RequestRecords::Take() {
  if (spare_.empty()) return std::make_unique<RequestRecord>();
  std::unique_ptr<RequestRecord> record = std::move(spare_.back());
  spare_.pop_back();
  return record;
}

void RequestRecords::Give(std::unique_ptr<RequestRecord> record) {
  if (spare_.size() == kKept) return;
  record->Clear();
  spare_.push_back(std::move(record));
}

}  // namespace pinlatch::proxy
