// FileDownload, StringDownload, JSONStringDownload: the worker reads from us block by block (§13,
// pb.md §12). An error of ours never reaches the worker as one: it would never say `complete`.
#include "actors/botmaster/steps/kinds.hpp"

namespace troupe::botmaster::steps {

using records::result_code;
using wire::jelly;

namespace {

constexpr std::int64_t block_size = 16 * 1024;

class download final : public step_logic {
public:
  enum class source { file, text, json_text };
  explicit download(source from) : from_{from} {}

  void begin(step_host& host) const override {
    bool old = !host.command_version("downloadFile").empty()
               && !at_least(host.command_version("downloadFile"), 3, 0);
    host.notes()["offset"] = 0;
    auto args = jelly::dictionary();
    args.add("workdir", jelly::text(host.workdir()));
    args.add(old ? "slavedest" : "workerdest", jelly::text(text_of(host.argument("workerdest"))));
    args.add("reader", jelly::own("reader"));
    args.add("maxsize", to_jelly(host.argument("maxsize")));
    const auto& block = host.argument("blocksize");
    args.add("blocksize", block.is_number() ? to_jelly(block) : jelly::integer(block_size));
    args.add("mode", to_jelly(host.argument("mode")));
    host.run({"downloadFile", std::move(args), "stdio", false, false, {}, false});
    host.describe_done("downloading to " + text_of(host.argument("workerdest")));
  }

  void transfer(step_host& host, const transfer_request& call) const override {
    if (call.method != "read" || call.args.empty()) {
      host.answer_transfer(call.request, jelly::none());
      return;
    }
    auto offset = host.notes()["offset"].to_number<std::int64_t>();
    auto size = std::clamp<std::int64_t>(call.args[0].as_int().value_or(block_size), 1, 512 * 1024);
    if (from_ == source::file) {
      host.notes()["request"] = call.request;
      file_request block;
      block.path = text_of(host.argument("mastersrc"));
      block.offset = offset;
      block.size = size;
      host.file(std::move(block));
      return;
    }
    auto text = from_ == source::text ? text_of(host.argument("s")) : print(host.argument("o"));
    auto part = text.substr(std::min<std::size_t>(text.size(), static_cast<std::size_t>(offset)),
                            static_cast<std::size_t>(size));
    host.notes()["offset"] = offset + static_cast<std::int64_t>(part.size());
    host.answer_transfer(call.request, jelly::raw(std::move(part)));
  }

  void file_done(step_host& host, const file_outcome& block) const override {
    auto request = host.notes()["request"].to_number<std::int64_t>();
    if (!block.ok)
      host.notes()["trouble"] = to_json(block.words);
    host.notes()["offset"] = host.notes()["offset"].to_number<std::int64_t>()
                             + static_cast<std::int64_t>(block.data.size());
    host.answer_transfer(request, jelly::raw(block.data));
  }

  void command_done(step_host& host, const command_outcome& outcome) const override {
    auto* trouble = host.notes().if_contains("trouble");
    if (trouble)
      host.add_log("stderr", text_of(*trouble) + "\n");
    host.finish(outcome.good() && !trouble ? result_code::success : result_code::failure);
  }

private:
  source from_;
};

} // namespace

const step_logic& file_download() {
  static const download one{download::source::file};
  return one;
}
const step_logic& string_download() {
  static const download one{download::source::text};
  return one;
}
const step_logic& json_string_download() {
  static const download one{download::source::json_text};
  return one;
}

} // namespace troupe::botmaster::steps
