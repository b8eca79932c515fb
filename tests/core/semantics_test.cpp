#include "core/number/semantics.hpp"

#include <string>
#include <vector>

#include "core/error.hpp"
#include "tests/catch.hpp"

using namespace statewright::core;

namespace {

Semantics semantics_of(const std::string& text) { return parse_semantics(text, "--arith"); }

Error::Facts failure(const std::string& text) {
  try {
    parse_semantics(text, "--arith");
  } catch (const Error& error) {
    return error.facts();
  }
  FAIL("accepted: " << text);
  return {Fault::syntax, "", "", ""};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("semantics: canonical spellings read back", "[core][quick]") {
  for (const char* text :
       {"exact",
        "cast:bf16",
        "cast:fixed:i=2,f=3",
        "once:fp16/rz",
        "bf16",
        "e4m3/sat",
        "float:e=5,m=9,finite,ftz/ru",
        "fixed:i=4,f=8,wrap",
        "chunk:bf16,C=64",
        "chunk:float:e=4,m=6,finite,C=7",
        "ball:p=53",
        "mpfr:p=100",
        "mpfr:bf16",
        "mpfr:float:e=5,m=9",
        "mixed:state=fp32,io=bf16,readout=exact",
        "mixed:state=fp32,io=bf16,acc=hopper",
        "mixed:state=fp32,io=bf16",
        "mixed:state=float:e=5,m=9,ftz,io=fixed:i=2,f=7,acc=fp32/rz,readout=fp64",
        "mixed:state=fp32,io=e4m3,acc=ada,readout=bf16",
        "mpfr:mixed:state=fp32,io=bf16,acc=fp16"}) {
    CAPTURE(text);
    CHECK(semantics_of(text).id() == text);
    CHECK(semantics_of(semantics_of(text).id()) == semantics_of(text));
  }
}

TEST_CASE("semantics: what is left out, and equal semantics spelled in two ways", "[core][quick]") {
  const Format fp32 = parse_format("fp32", "test"), bf16 = parse_format("bf16", "test");
  const Semantics mixed = semantics_of("mixed:state=fp32");
  CHECK(mixed == Semantics::in(fp32));
  CHECK(mixed.id() == "fp32");
  const Semantics io = semantics_of("mixed:io=bf16,state=fp32");
  CHECK(io.state == fp32);
  CHECK(io.io == bf16);
  CHECK(io.accumulate == Accumulator(fp32));
  CHECK(io.readout == fp32);
  CHECK(semantics_of("mixed:state=bf16,acc=turing").readout == fp32);
  CHECK(semantics_of("mixed:state=bf16,acc=fp32,readout=fp32").id() == "mixed:state=bf16,acc=fp32");
  CHECK(semantics_of("chunk:bf16") == semantics_of("chunk:bf16,C=64"));
  CHECK(semantics_of("bf16/rne") == semantics_of("bf16"));
  CHECK_FALSE(semantics_of("once:bf16").readout.has_value());
  CHECK_FALSE(semantics_of("cast:bf16").readout.has_value());
  CHECK(semantics_of("chunk:bf16").readout == bf16);
  CHECK(semantics_of("mpfr:bf16").oracle);
  CHECK(semantics_of("mpfr:bf16") != semantics_of("bf16"));
  CHECK(semantics_of("chunk:bf16").has_format());
  CHECK(semantics_of("bf16").has_format());
  CHECK_FALSE(semantics_of("cast:bf16").has_format());
  CHECK_FALSE(semantics_of("exact").has_format());
}

TEST_CASE("semantics: errors name the place, the part and a way out", "[core][quick]") {
  const auto check = [](const std::string& text, Fault fault, const std::string& found,
                        const std::string& hint) {
    CAPTURE(text);
    const Error::Facts facts = failure(text);
    CHECK(facts.fault == fault);
    CHECK(facts.where == "--arith");
    CHECK(contains(facts.found, found));
    CAPTURE(facts.hint);
    CHECK(contains(facts.hint, hint));
  };
  check("chnk:bf16,C=3", Fault::syntax, "chnk", "`chunk`");
  check("exat", Fault::syntax, "exat", "`exact`");
  check("bf61", Fault::syntax, "bf61", "`bf16`");
  check("nonsense", Fault::syntax, "nonsense", "semantics are");
  check("", Fault::syntax, "", "semantics are");
  check("once", Fault::syntax, "once", "once:bf16");
  check("ball", Fault::syntax, "ball", "ball:p=53");
  check("once:bf61", Fault::syntax, "bf61", "`bf16`");
  check("mixed:stat=fp32", Fault::syntax, "stat=fp32", "`state`");
  check("mixed:io=bf16", Fault::syntax, "mixed:io=bf16", "");
  check("mixed:state=fp32,state=bf16", Fault::syntax, "state=bf16", "");
  check("mixed:state=", Fault::syntax, "state=", "");
  check("mixed:state=fp32,acc=hoper", Fault::syntax, "hoper", "`hopper`");
  check("mixed:state=fp32,acc=hopper", Fault::unsupported, "fp32", "");
  check("mixed:state=fp32,io=e4m3,acc=volta", Fault::unsupported, "e4m3", "");
  check("mixed:state=fp32,io=fp17", Fault::syntax, "fp17", "`fp1");
  check("chunk:bf16,C=0", Fault::range, "C=0", "");
  check("chunk:bf16,C=4097", Fault::range, "C=4097", "");
  check("chunk:bf16,C=x", Fault::syntax, "C=x", "");
  check("chunk:C=4", Fault::syntax, "chunk:C=4", "");
  check("ball:p=1", Fault::range, "p=1", "");
  check("ball:p=100001", Fault::range, "p=100001", "");
  check("ball:q=5", Fault::syntax, "q=5", "");
  check("mpfr:p=5.5", Fault::syntax, "p=5.5", "");
  check("float:e=5", Fault::syntax, "float:e=5", "");
  check("bf16/rzz", Fault::syntax, "rzz", "`rz`");
}

TEST_CASE("semantics: lists tell commas inside a spelling apart", "[core][quick]") {
  const auto ids = [](const std::string& text) {
    std::vector<std::string> result;
    for (const Semantics& semantics : parse_semantics_list(text, "--arith")) {
      result.push_back(semantics.id());
    }
    return result;
  };
  using List = std::vector<std::string>;
  CHECK(ids("bf16,fp16,mixed:state=fp32,io=bf16,once:e4m3") ==
        List{"bf16", "fp16", "mixed:state=fp32,io=bf16", "once:e4m3"});
  CHECK(ids("exact,float:e=5,m=9,finite/rz,chunk:fixed:i=2,f=9,wrap,C=8,ball:p=64,mpfr:p=9") ==
        List{"exact", "float:e=5,m=9,finite/rz", "chunk:fixed:i=2,f=9,wrap,C=8", "ball:p=64",
             "mpfr:p=9"});
  CHECK(ids("mixed:state=float:e=5,m=9,ftz,acc=fp32,readout=exact,cast:bf16") ==
        List{"mixed:state=float:e=5,m=9,ftz,acc=fp32,readout=exact", "cast:bf16"});
  CHECK_THROWS_AS(parse_semantics_list("bf16,,fp16", "--arith"), Error);
  CHECK_THROWS_AS(parse_semantics_list("", "--arith"), Error);
}
