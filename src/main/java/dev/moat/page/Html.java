package dev.moat.page;

import com.google.gson.JsonElement;
import dev.moat.output.Json;
import dev.moat.output.Xml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * A page with its style, its program and its data inside. Whatever a trace calls its things, it is data: the browser is told to
 * run nothing but the program of the page, by its checksum, and to load nothing.
 */
public final class Html {
    private Html() {}

    /**
     * The text of a page.
     *
     * @param title for the browser's window
     * @param scripts names of the programs beside this class, in the order in which they run
     * @param data what the programs find under the id {@code data}
     * @param asks whether the page talks to the server that it comes from
     */
    public static String page(String title, List<String> scripts, JsonElement data, boolean asks) {
        String style = resource("page.css");
        StringBuilder program = new StringBuilder("'use strict';\n");
        scripts.forEach(name -> program.append(resource(name)));
        String policy =
                "default-src 'none'; base-uri 'none'; form-action 'none'; script-src '" + checksum(program.toString())
                        + "'; style-src '" + checksum(style) + "'" + (asks ? "; connect-src 'self'" : "");
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" + Xml.escaped(title) + "</title>\n"
                + "<style>" + style + "</style>\n</head>\n<body>\n<main id=\"page\"></main>\n"
                + "<noscript>This page needs JavaScript; 'moat show' says the same in a terminal.</noscript>\n"
                + "<script type=\"application/json\" id=\"data\">" + json(data) + "</script>\n<script>" + program
                + "</script>\n</body>\n</html>\n";
    }

    /** Data as it may stand in a page. */
    public static String json(JsonElement data) {
        return Json.inPage(data);
    }

    private static String checksum(String text) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = Html.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
