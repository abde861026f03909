#include "tools/peers/scripted_response.hpp"

#include "tools/peers/stock_worker.hpp"

namespace troupe::peers {

using wire::jelly;

namespace {

/// A script that was cut off goes on for so long: what cut it off, most often the end of its
/// worker, comes first.
constexpr span cut_off_grace = std::chrono::seconds{10};
constexpr std::int64_t block_bytes = 16 * 1024;

} // namespace

std::optional<span> scripted_response::due() const {
  if (waits_)
    return std::nullopt;
  if (interrupted_)
    return of().began;
  auto after = next_ < calls_.size() ? calls_[next_].after : lasted_ + cut_off_grace;
  return of().began + span{static_cast<std::int64_t>(static_cast<double>(after.count()) / speed_)};
}

response::progress scripted_response::advance(span now) {
  if (auto at = due(); !at || *at > now)
    return progress::waits;
  if (is_cut_short()) {
    if (of().transfer == 0 || closed_)
      return progress::ended;
    transfer("close", {});
    return progress::called;
  }
  const auto& call = calls_[next_];
  if (reads_on_ && (call.object != "reader" || call.method != "read")) {
    transfer("read", {jelly::integer(block_bytes)}); // the file is longer than the script's
    return progress::called;
  }
  if (call.object.empty() && call.method == "complete")
    return progress::ended;
  next_++;
  if (call.object.empty())
    response::call(call.method, call.args);
  else if (of().transfer > 0)
    transfer(call.method, call.args);
  return progress::called;
}

// A script that is cut short ends as a stock worker's command that was killed.
void scripted_response::finish(span) {
  if (is_cut_short()) {
    update("rc", jelly::integer(of().transfer > 0 ? 1 : -1));
    complete(jelly::none());
  } else {
    const auto& args = calls_[next_].args;
    complete(args.empty() ? jelly::none() : args[0]);
  }
}

// As a stock worker, whose other commands have no child process to kill.
bool scripted_response::interrupt() {
  bool stops = of().name == "shell" || of().transfer > 0;
  interrupted_ = interrupted_ || stops;
  return stops;
}

void scripted_response::transfer(std::string_view method, std::vector<jelly> args) {
  closed_ = closed_ || method == "close";
  waits_ = call_transfer(method, std::move(args));
  if (!waits_)
    closed_ = interrupted_ = true;
}

void scripted_response::transfer_answered(const jelly& value) {
  waits_ = false;
  auto* block = value.as_text(); // only `read` is answered with text
  reads_on_ = block && !block->empty();
  if (block && block->empty()) // the file is shorter than the script's
    while (next_ < calls_.size() && calls_[next_].method == "read")
      next_++;
}

void scripted_response::transfer_failed() {
  waits_ = false;
  interrupted_ = closed_ = true;
}

std::vector<scripted_call> stock_script(std::string_view name, std::int64_t upload_bytes,
                                        bool elapsed) {
  std::vector<scripted_call> made;
  auto call = [&](const char* object, const char* method, std::vector<jelly> args = {}) {
    made.push_back({{}, object, method, std::move(args)});
  };
  if (name == "uploadFile") {
    if (upload_bytes > 0)
      call("writer", "write", {jelly::raw(bytes(static_cast<std::size_t>(upload_bytes), '\0'))});
    call("writer", "close");
  } else if (name == "uploadDirectory") {
    call("writer", "write", {jelly::raw(bytes(1024, '\0'))}); // an empty archive
    call("writer", "unpack");
  } else if (name == "downloadFile") {
    call("reader", "read", {jelly::integer(block_bytes)});
    call("reader", "close");
  } else if (name == "stat") {
    jelly::list_type numbers(10, jelly::integer(0));
    numbers[0] = jelly::integer(0100644);
    call("", "update", update_of("stat", jelly::tuple(std::move(numbers))));
  } else if (name == "glob" || name == "listdir") {
    call("", "update", update_of("files", jelly::list()));
  }
  call("", "update", update_of("rc", jelly::integer(0)));
  if (elapsed)
    call("", "update", update_of("elapsed", jelly::real(0)));
  call("", "complete", {jelly::none()});
  return made;
}

stock_scripts::stock_scripts(std::int64_t upload_bytes, bool elapsed) {
  for (auto name : stock_commands)
    scripts_.emplace(name, stock_script(name, upload_bytes, elapsed));
}

const std::vector<scripted_call>& stock_scripts::of(const std::string& command) const {
  auto known = scripts_.find(command);
  return known == scripts_.end() ? scripts_.at("mkdir") : known->second;
}

} // namespace troupe::peers
