package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Functions that have lost their names to two minifiers, written as those write them. */
final class RecognisedImportsTest {
  private static final String AROUND =
      """
      var F=[],h,u;function N(a){this.e=a;this.name="ErrnoError"}
      function S(a){a=F[a];if(!a)throw new N(8);return a}
      function L(a){for(var b="";u[a];)b+=String.fromCharCode(u[a++]);return b}
      function W(a,b){return Q(a,b&1023|16384,0)}function Q(a,b){throw new N(b&61440?63:44)}
      var V=()=>{var a={USER:"web_user",LANG:"C.UTF-8"},b,c=[];for(b in a)c.push(b+"="+a[b]);return c};
      function X(a){k.onExit&&k.onExit(a);throw a}
      """;

  private static final String SYSTEM =
      "catch(e){if(typeof K==\"undefined\"||e.name!==\"ErrnoError\")throw e;return-e.e}";

  private static final String WASI =
      "catch(e){if(typeof K==\"undefined\"||e.name!==\"ErrnoError\")throw e;return e.e}";

  /** An import: its name, its type, and a value as in a script minified twice. */
  private record Function(String name, String type, String value) {}

  private static final List<Function> LIBRARY =
      List.of(
          new Function(
              "__assert_fail",
              "iiii:",
              "(a,b,c,d)=>Ra(`Assertion failed: ${L(a)}, at: `+[b?L(b):\"none\",c])"),
          new Function(
              "__syscall_chmod",
              "ii:i",
              "(a,b)=>{try{return a=L(a),K.chmod(a,b),0}" + SYSTEM + "}"),
          new Function(
              "__syscall_fcntl64",
              "iii:i",
              "function(a,b,c){try{var d=S(a);switch(b){case 0:return 7;case 3:return d.flags;case 12:return 0}return-28}"
                  + SYSTEM
                  + "}"),
          new Function(
              "__syscall_fstat64",
              "ii:i",
              "function(a,b){try{var c=S(a);return P(b,K.fstat(c.fd))}" + SYSTEM + "}"),
          new Function(
              "__syscall_getcwd",
              "ii:i",
              "(a,b)=>{try{if(!b)return-28;var d=2;if(b<d)return-68;return d}" + SYSTEM + "}"),
          new Function(
              "__syscall_lstat64",
              "ii:i",
              "function(a,b){try{return a=L(a),P(b,K.lstat(a))}" + SYSTEM + "}"),
          new Function(
              "__syscall_mkdirat", "iii:i", "(a,b,c)=>{try{return b=L(b),W(b,c),0}" + SYSTEM + "}"),
          new Function(
              "__syscall_rmdir", "i:i", "a=>{try{return a=L(a),K.rmdir(a),0}" + SYSTEM + "}"),
          new Function(
              "__syscall_stat64",
              "ii:i",
              "function(a,b){try{return a=L(a),P(b,K.stat(a))}" + SYSTEM + "}"),
          new Function(
              "__syscall_unlinkat",
              "iii:i",
              "function(a,b,c){try{b=L(b);if(c)if(c===512)K.rmdir(b);else return-28;else K.unlink(b);return 0}"
                  + SYSTEM
                  + "}"),
          new Function("_abort_js", ":", "()=>Ra(\"\")"),
          new Function("_emscripten_runtime_keepalive_clear", ":", "()=>{Za=!1;Vc=0}"),
          new Function("_emscripten_throw_longjmp", ":", "()=>{throw 1/0}"),
          new Function(
              "_gmtime_js",
              "ji:",
              "function(a,b){a=new Date(1E3*Number(a));h[b>>2]=a.getUTCSeconds();h[b+20>>2]=a.getUTCFullYear()-1900}"),
          new Function(
              "_localtime_js",
              "ji:",
              "(a,b)=>{a=new Date(1E3*Number(a));h[b>>2]=a.getSeconds();h[b+36>>2]=-(60*a.getTimezoneOffset())}"),
          new Function("emscripten_date_now", ":d", "()=>Date.now()"),
          new Function("emscripten_get_heap_max", ":i", "()=>2147483648"),
          new Function("emscripten_get_now", ":d", "Z"),
          new Function(
              "emscripten_resize_heap",
              "i:i",
              "a=>{var b=u.length;for(var c=1;c<=4;c*=2){var d=b*(1+.2/c);d=Math.min(d,a+100663296);if(M(d))return!0}return!1}"),
          new Function(
              "environ_get",
              "ii:i",
              "(a,b)=>{var c=0,d=0,e;for(e of V()){h[a+d>>2]=b+c;c+=e.length+1;d+=4}return 0}"),
          new Function(
              "environ_sizes_get",
              "ii:i",
              "(a,b)=>{var c=V();h[a>>2]=c.length;a=0;for(var d of c)a+=d.length+1;h[b>>2]=a;return 0}"),
          new Function(
              "fd_close", "i:i", "function(a){try{var b=S(a);K.close(b);return 0}" + WASI + "}"),
          new Function(
              "fd_read",
              "iiii:i",
              "function(a,b,c,d){try{var e=S(a);h[d>>2]=K.read(e,b,c);return 0}" + WASI + "}"),
          new Function(
              "fd_write",
              "iiii:i",
              "function(a,b,c,d){try{var e=S(a);h[d>>2]=K.write(e,b,c);return 0}" + WASI + "}"),
          new Function("invoke_iii", "iii:i", invoke("a,b,c", "return T(a)(b,c)")),
          new Function("invoke_v", "i:", invoke("a", "T(a)()")),
          new Function("proc_exit", "i:", "X"));

  private static String invoke(String params, String call) {
    return "function(%s){var s=Ya();try{%s}catch(e){Yb(s);if(e!==e+0)throw e;Yc(1,0)}}"
        .formatted(params, call);
  }

  private static final String DEFINED =
      "var Z=typeof q==\"object\"?()=>{var a=q.hrtime();return 1E3*a[0]+a[1]/1E6}:()=>performance.now();";

  private static Map<String, String> recognised(List<Function> functions) {
    var signatures = new HashMap<String, Signature>();
    var table = new ArrayList<String>();
    for (int i = 0; i < functions.size(); i++) {
      signatures.put("z" + i, signature(functions.get(i).type()));
      table.add("z" + i + ":" + functions.get(i).value());
    }
    String script = AROUND + DEFINED + "var $={" + String.join(",", table) + "};";
    var names = new HashMap<String, String>();
    RecognisedImports.in(script, signatures, Map.of())
        .forEach(
            (key, name) ->
                names.put(functions.get(Integer.parseInt(key.substring(1))).name(), name));
    return names;
  }

  private static Signature signature(String type) {
    int result = type.indexOf(':');
    return new Signature(types(type.substring(0, result)), types(type.substring(result + 1)));
  }

  private static List<ValueType> types(String letters) {
    return letters
        .chars()
        .mapToObj(
            letter ->
                switch (letter) {
                  case 'i' -> ValueType.I32;
                  case 'j' -> ValueType.I64;
                  case 'd' -> ValueType.F64;
                  default -> throw new IllegalArgumentException(letters);
                })
        .toList();
  }

  private static List<Function> with(String name, String type, String value) {
    var functions = new ArrayList<>(LIBRARY);
    functions.removeIf(function -> function.name().equals(name));
    int at = 0;
    while (at < functions.size() && functions.get(at).name().compareTo(name) < 0) {
      at++;
    }
    functions.add(at, new Function(name, type, value));
    return functions;
  }

  private static List<Function> without(String... names) {
    return LIBRARY.stream().filter(function -> !List.of(names).contains(function.name())).toList();
  }

  @Test
  void eachFunctionIsToldByWhatItDoes() {
    Map<String, String> names = recognised(LIBRARY);
    for (Function function : LIBRARY) {
      assertEquals(function.name(), names.get(function.name()), function.value());
    }
  }

  @Test
  void placeTellsApartWhatLooksAlike() {
    String geteuid = "__syscall_geteuid32";
    assertEquals(
        geteuid,
        recognised(with(geteuid, ":i", "()=>0")).get(geteuid).replace("getegid", "geteuid"));
    // one of three that look alike is not told; of all three each is
    String alike = "function(a,b){try{return a=L(a),P(b,Y(a).nlink)}" + SYSTEM + "}";
    var three = new ArrayList<Function>();
    for (Function function : LIBRARY) {
      boolean isOne = function.name().endsWith("stat64");
      three.add(isOne ? new Function(function.name(), "ii:i", alike) : function);
    }
    Map<String, String> names = recognised(three);
    assertEquals("__syscall_fstat64", names.get("__syscall_fstat64"));
    assertEquals("__syscall_stat64", names.get("__syscall_stat64"));
    three.removeIf(function -> function.name().matches("__syscall_(l|f)stat64"));
    three.removeIf(function -> function.name().matches("__syscall_(getcwd|mkdirat|rmdir|fcntl64)"));
    assertNull(recognised(three).get("__syscall_stat64"));
  }

  @Test
  void exitAndProcExitAreToldApartByPlaceOnly() {
    assertEquals("exit", recognised(with("exit", "i:", "X")).get("exit"));
    assertEquals("proc_exit", recognised(with("exit", "i:", "X")).get("proc_exit"));
    // without anything between them, nothing tells which of the two it is
    List<Function> few = without("fd_close", "fd_read", "fd_write", "invoke_iii", "invoke_v");
    assertNull(recognised(few).get("proc_exit"));
  }

  @Test
  void theTypeHasToAgree() {
    assertNull(
        recognised(with("emscripten_date_now", ":i", "()=>Date.now()")).get("emscripten_date_now"));
    assertNull(
        recognised(with("environ_get", "i:i", "a=>{for(var e of V())h[a>>2]=e.length;return 0}"))
            .get("environ_get"));
  }

  @Test
  void theProgramsOwnFunctionsStayUnknown() {
    for (String value :
        List.of(
            "a=>{console.warn(L(a))}",
            "()=>{}",
            "a=>{try{return S(a).size}catch(e){return 0}}",
            "a=>X2(a)",
            "(a,b)=>{throw Error(L(a))}")) {
      String type = value.startsWith("()") ? ":" : value.startsWith("(a,b") ? "ii:" : "i:i";
      assertNull(recognised(with("my_function", type, value)).get("my_function"), value);
    }
  }

  @Test
  void aListThatIsNotSortedTellsNothing() {
    var reversed = new ArrayList<>(LIBRARY);
    Collections.reverse(reversed);
    assertEquals(Map.of(), recognised(reversed));
  }

  @Test
  void oneOfManyThatIsOutOfOrderIsUnknown() {
    var functions = new ArrayList<>(LIBRARY);
    functions.add(new Function("zz", ":d", "()=>Date.now()"));
    Map<String, String> names = recognised(functions);
    assertNull(names.get("zz"));
    assertEquals("__assert_fail", names.get("__assert_fail"));
  }

  @Test
  void ofTwoThatSeemToBeOneFunctionNeitherIs() {
    var functions = new ArrayList<>(with("__assert_fail2", "iiii:", LIBRARY.get(0).value()));
    Map<String, String> names = recognised(functions);
    assertNull(names.get("__assert_fail"));
    assertNull(names.get("__assert_fail2"));
    assertEquals("__syscall_chmod", names.get("__syscall_chmod"));
  }

  @Test
  void functionsOfThreadsAndExceptionsAreKnown() {
    for (Function function :
        List.of(
            new Function(
                "__cxa_begin_catch",
                "i:i",
                "a=>{var b=new E(a);b.f||(b.f=1,Y--);Z.push(b);return G(a)}"),
            new Function("__cxa_end_catch", ":", "()=>{J(0,0);var a=Z.pop();H(a.b);T=0}"),
            new Function("__cxa_find_matching_catch_2", ":i", "()=>M([])"),
            new Function(
                "__cxa_find_matching_catch_4", "ii:i", "function(a,b){return M([a>>>0,b>>>0])}"),
            new Function("__resumeException", "i:", "function(a){T||=a>>>0;throw T}"),
            new Function(
                "__pthread_create_js",
                "iiii:i",
                "(a,b,c,d)=>{if(!globalThis.SharedArrayBuffer)return 6;a={x:a,y:c};return n?(a.q=5,postMessage(a,[]),0):O(a)}"),
            new Function(
                "_emscripten_init_main_thread_js",
                "i:",
                "a=>{var b=!m;try{Atomics.wait(h,0,0,0),b=!0}catch(c){}I(a,!o,1,b,65536,!1);P()}"),
            new Function(
                "_emscripten_notify_mailbox_postmessage",
                "ii:",
                "(a,b)=>{a==b?setTimeout(J):n?postMessage({t:a,q:4}):(a=F[a])&&a.postMessage({q:4})}"),
            new Function(
                "_emscripten_thread_cleanup", "i:", "a=>{n?postMessage({q:6,t:a}):R(F[a])}"),
            new Function(
                "_emscripten_thread_mailbox_await",
                "i:",
                "a=>{w||(Atomics.waitAsync(h,a>>2,a).value.then(J),Atomics.store(h,a+112>>2,1))}"),
            new Function(
                "_emscripten_thread_set_strongref", "i:", "a=>{m&&(a=F[a],a.ref(),a.z=1)}"))) {
      Map<String, String> names =
          recognised(with(function.name(), function.type(), function.value()));
      assertEquals(function.name(), names.get(function.name()), function.value());
    }
  }

  @Test
  void aModuleThatIsMostlyNotEmscriptensIsLeftAlone() {
    var others = new ArrayList<Function>();
    for (int i = 0; i < 8; i++) {
      others.add(new Function("own" + i, "i:i", "a=>a+" + i));
    }
    others.addAll(LIBRARY.subList(0, 3));
    assertEquals(Map.of(), recognised(others));
  }

  @Test
  void textsAndPatternsHideNoBrackets() {
    String tricky =
        "(a,b,c,d)=>{var r=/[/{(]/g,s='}',t=`${L(a)+`}`}{`;Ra(\"Assertion failed: \"+t+\", at: \")}";
    assertEquals(
        "__assert_fail", recognised(with("__assert_fail", "iiii:", tricky)).get("__assert_fail"));
  }

  @Test
  void whatIsNoProgramTellsNothing() {
    for (String text :
        List.of("", "}}})", "{a:{a:{a:", "'", "`${", "/", "a=>", "{z0:z0}", "z0=z0;({z0})")) {
      assertEquals(
          Map.of(), RecognisedImports.in(text, Map.of("z0", signature("i:i")), Map.of()), text);
    }
  }
}
