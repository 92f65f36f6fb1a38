package dev.moat.prove;

import com.microsoft.z3.AST;
import com.microsoft.z3.ASTVector;
import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Native;
import com.microsoft.z3.Z3Exception;
import java.util.Collection;

/**
 * Z3's own parser, which knows sorts, relations and constants once and for all: {@code Context.parseSMTLIB2String} makes another one for
 * each formula, and declares everything to it again, which took longer than to read the formula. {@code @source} z3_api.h:
 * Z3_mk_parser_context, of which Z3's Java has the bare functions alone.
 */
final class Z3Parser implements AutoCloseable {
    private final Context context;
    private final long parser;

    /**
     * @param declared relations and constants
     * @throws Z3Exception when Z3 refuses one
     */
    Z3Parser(Context context, Collection<? extends AST> sorts, Collection<? extends AST> declared) {
        this.context = context;
        parser = Native.mkParserContext(context.nCtx());
        Native.parserContextIncRef(context.nCtx(), parser);
        sorts.forEach(s -> Native.parserContextAddSort(context.nCtx(), parser, context.unwrapAST(s)));
        declared.forEach(d -> Native.parserContextAddDecl(context.nCtx(), parser, context.unwrapAST(d)));
    }

    /**
     * What a text asserts.
     *
     * @throws Z3Exception when it is no SMT-LIB, or names what was not declared
     */
    BoolExpr read(String text) {
        BoolExpr[] found =
                new ASTVector(context, Native.parserContextFromString(context.nCtx(), parser, text)).ToBoolExprArray();
        return found.length == 1 ? found[0] : context.mkAnd(found);
    }

    @Override
    public void close() {
        Native.parserContextDecRef(context.nCtx(), parser);
    }
}
