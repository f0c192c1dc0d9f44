// Owns RequestRecord: what is remembered of one request for its log line; plain data, reused.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "policy/evidence.h"
#include "record/field_names.h"

namespace pinlatch::proxy {

struct RequestRecord {
  std::string id;
  int64_t started_unix_ms = 0;
  MonotonicTime started;
  std::string_view protocol;  // static text, as access logs have it
  std::string method;
  std::string host;  // as sent, but for the dot at the end of the name
  // path is canonical, or as sent when it was refused before that. A request is judged again by
  // method, host, path and field_names: they are kept whole.
  std::string path;
  FieldNames field_names;     // of head and trailers: all, once the request is judged again
  std::string forwarded_for;  // for whom a trusted proxy asks, empty when it does not say
  std::string route;          // name, empty when none matched
  std::string client;         // name of the rule that admitted the request
  std::string upstream;       // the target that was used last
  uint32_t attempts = 0;      // how many targets were tried
  bool admitted = false;      // when it was judged first
  bool cut = false;           // afterwards, because it would not be admitted any more
  uint16_t status = 0;        // as sent, 0 when no response was
  uint64_t bytes_in = 0;      // payload of the request body
  uint64_t bytes_out = 0;     // payload of the response body
  // Of a refusal: Judgement::evidence.
  std::unique_ptr<policy::Evidence> evidence;
  std::optional<Error> error;  // why the request was refused or failed

  bool error_is(ErrorCode code) const { return error.has_value() && error->code == code; }
  // Clear makes it as new, but for the memory of its texts.
  void Clear();
};

// RequestRecords keeps records that are not in use, so that texts find memory waiting. One worker.
class RequestRecords {
 public:
  std::unique_ptr<RequestRecord> Take();
  void Give(std::unique_ptr<RequestRecord> record);

 private:
  std::vector<std::unique_ptr<RequestRecord>> spare_;
};

}  // namespace pinlatch::proxy
