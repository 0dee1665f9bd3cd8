/**
 * Given and family names of many cultures. `王伟/Wei Wang`-style entries give the spelling for addresses after a slash;
 * other names are spelled there without their accents.
 *
 * @packageDocumentation
 */
export interface Culture {
  /** Value of `preferredLanguage`. */
  readonly language: string;
  readonly given: readonly string[];
  readonly family: readonly string[];
  /** East Asian names are written family name first and without a blank. */
  readonly familyFirst?: true;
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

export const cultures: readonly Culture[] = [
  {
    language: "en-US",
    given: words(`Abigail Aaron Brianna Caleb Charlotte Derek Elena Ethan Faith Gavin Hannah Isaac Jasmine Jordan Kayla
      Logan Madison Nathan Olivia Parker Quinn Rachel Samuel Tessa Victor Wendy Xavier Zoe`),
    family: words(`Adams Bennett Carter Dawson Ellis Foster Graham Hayes Irving Jenkins Keller Lawson Mitchell Norris
      O'Brien Palmer Quimby Reynolds Sawyer Thornton Underwood Vaughn Whitaker Yates`),
  },
  {
    language: "en-GB",
    given: words("Alistair Beatrice Callum Daphne Edmund Fiona Gareth Harriet Imogen Jasper Kieran Lydia Nigel Poppy"),
    family: words(
      "Ashworth Blythe Cartwright Davies Evans Fairfax Gallagher Hughes Kerr MacLeod Pritchard Smythe-Jones",
    ),
  },
  {
    language: "de-DE",
    given: words(`Anke Björn Clara Dieter Elke Franziska Günther Heike Ingo Jürgen Katharina Lars Monika Niklas Petra
      Sören Tanja Uwe Wiebke Jörg`),
    family:
      words(`Albrecht Bäumler Dietrich Engelhardt Fröhlich Groß Hoffmann Jäger Köhler Lindner Müller Neumann Pfeiffer
      Richter Schäfer Steinbach Vogel Weiß Zimmermann`),
  },
  {
    language: "fr-FR",
    given: words("Amélie Benoît Céline Damien Élodie François Gaëlle Hugo Inès Jérôme Léa Mathieu Noémie Théo Zoé"),
    family: words(
      "Aubert Bélanger Chevalier Delacroix Étienne Fournier Gérard Lefèvre Marchand Péron Rousseau Vasseur",
    ),
  },
  {
    language: "es-ES",
    given: words("Álvaro Beatriz Carlos Dolores Esteban Inés Iñigo Joaquín Lucía Marta Nicolás Paloma Raúl Ximena"),
    family: words("Álvarez Benítez Castaño Domínguez Fernández Gutiérrez Ibáñez López Muñoz Núñez Ortega Peña Vázquez"),
  },
  {
    language: "it-IT",
    given: words("Alessandra Bruno Chiara Davide Elisabetta Fabio Giulia Lorenzo Niccolò Paola Rocco Silvia"),
    family: words("Bianchi Colombo D'Angelo Esposito Ferrara Galli Lombardi Marchetti Orsini Ricci Vitale"),
  },
  {
    language: "pl-PL",
    given: words("Agnieszka Bartłomiej Czesława Dominik Elżbieta Grzegorz Jadwiga Łukasz Małgorzata Paweł Zofia"),
    family: words("Błaszczyk Dąbrowski Gołębiowska Jabłoński Kowalczyk Łukaszewicz Nowicka Wójcik Zieliński Żak"),
  },
  {
    language: "sv-SE",
    given: words("Åsa Börje Elin Fredrik Göran Håkan Ingrid Lennart Märta Örjan Sigrid Torbjörn"),
    family: words("Ålund Bergström Dahlgren Ekström Hägglund Lindqvist Nyström Sjöberg Söderlund Wikström"),
  },
  {
    language: "da-DK",
    given: words("Anders Birgitte Frederik Jørgen Kirsten Lærke Mads Søren Trine Ulrik"),
    family: words("Bæk Christensen Frederiksen Højgaard Kjær Lauritsen Møller Nørgaard Østergaard Thygesen"),
  },
  {
    language: "tr-TR",
    given: words("Aylin Barış Ceren Doğan Emine Gökhan Işıl İbrahim Kübra Orhan Şebnem Yiğit"),
    family: words("Aydın Çelik Demir Erdoğdu Güneş Kılıç Öztürk Şahin Yıldırım Yılmaz"),
  },
  {
    language: "en-IN",
    given: words(`Aarav Ananya Bhavna Chetan Deepika Farhan Gayatri Harish Ishaan Kavya Lakshmi Manoj Nandini Pranav
      Rohit Shreya Tarun Usha Vikram Zara`),
    family: words(`Agarwal Banerjee Chatterjee Desai Gupta Iyer Joshi Kapoor Krishnamurthy Menon Nair Patel Rao Sharma
      Subramanian Verma`),
  },
  {
    language: "zh-CN",
    familyFirst: true,
    given: words(
      "伟/Wei 芳/Fang 秀英/Xiuying 敏/Min 静/Jing 磊/Lei 洋/Yang 艳/Yan 勇/Yong 杰/Jie 晓明/Xiaoming 丽华/Lihua 志强/Zhiqiang",
    ),
    family: words(
      "王/Wang 李/Li 张/Zhang 刘/Liu 陈/Chen 杨/Yang 赵/Zhao 黄/Huang 周/Zhou 吴/Wu 徐/Xu 孙/Sun 欧阳/Ouyang",
    ),
  },
  {
    language: "ja-JP",
    familyFirst: true,
    given: words(
      "翔太/Shota 陽菜/Hina 健一/Kenichi 美咲/Misaki 大輔/Daisuke 由美子/Yumiko 拓也/Takuya 彩/Aya 誠/Makoto",
    ),
    family: words(
      "佐藤/Sato 鈴木/Suzuki 高橋/Takahashi 田中/Tanaka 渡辺/Watanabe 伊藤/Ito 山本/Yamamoto 中村/Nakamura",
    ),
  },
  {
    language: "ko-KR",
    familyFirst: true,
    given: words("민준/Minjun 서연/Seoyeon 지훈/Jihoon 하은/Haeun 도윤/Doyun 수빈/Subin 현우/Hyunwoo"),
    family: words("김/Kim 이/Lee 박/Park 최/Choi 정/Jung 강/Kang 조/Cho 윤/Yoon"),
  },
  {
    language: "pt-BR",
    given: words("Antônia Bernardo Camila Débora Eduardo Fátima Gonçalo Heloísa João Luísa Otávio Thaís"),
    family: words("Araújo Brandão Conceição Damasceno Figueiredo Guimarães Magalhães Nóbrega Oliveira Simões"),
  },
  {
    language: "ar-EG",
    given: words("Ahmed Basma Dalia Fatima Hassan Karim Layla Mahmoud Nadia Omar Rania Tarek Yasmin"),
    family: words("Abdelrahman El-Sayed Farouk Ghanem Haddad Ibrahim Khalil Mansour Nasser Salah"),
  },
  {
    language: "en-NG",
    given: words("Adaeze Babatunde Chiamaka Emeka Folake Ifeanyi Ngozi Olumide Temitope Uchenna Yewande"),
    family: words("Adeyemi Balogun Chukwu Eze Nwosu Obi Okafor Okonkwo Olawale Uzoma"),
  },
];
